package dev.gpux.tensorio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip file of stored entries, each of which begins at a multiple of {@link NpyHeader#ALIGNMENT} so that the
 * array in it can be mapped. The JDK's own writer wants checksums beforehand and takes arrays only.
 *
 * <p>Source: PKWARE APPNOTE.TXT 6.3; local headers are always in Zip64 form, as Python's {@code force_zip64} makes
 * them. The padding is an extra field with the id 0xD935, which Android's tools use for the same purpose.
 */
final class ZipOutput {
    private static final int VERSION_ZIP64 = 45;
    /** 1980-01-01, the format's beginning: the same tensors give the same file. */
    private static final int DATE = 1 << 5 | 1;
    private static final int UTF_8 = 1 << 11;
    private static final int LOCAL_SIZE = 30;
    private static final int ZIP64_LOCAL = 20;
    private static final int PADDING_HEADER = 6;
    private static final int PADDING_ID = 0xD935;
    private static final long LIMIT_32 = 0xFFFF_FFFFL;

    private final FileChannel channel;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(byte[] name, long offset, long size, long crc) {
    }

    /** What writes the bytes of an entry. */
    interface Content {
        void write(WritableByteChannel out) throws IOException;
    }

    ZipOutput(FileChannel channel) {
        this.channel = channel;
    }

    void entry(String text, Content content) throws IOException {
        var name = text.getBytes(StandardCharsets.UTF_8);
        if (name.length > 0xFFFF) {
            throw new TensorFormatException("a name of " + name.length + " bytes does not fit a .npz file");
        }
        long offset = channel.position();
        long unpadded = offset + LOCAL_SIZE + name.length + ZIP64_LOCAL + PADDING_HEADER;
        int padding = (int) (-unpadded & NpyHeader.ALIGNMENT - 1);
        write(channel, local(name, padding, 0, 0), channel.position());
        long start = channel.position();
        var counting = new Counting();
        content.write(counting);
        var entry = new Entry(name, offset, channel.position() - start, counting.crc.getValue());
        entries.add(entry);
        // Only now are size and checksum known.
        long end = channel.position();
        write(channel, local(name, padding, entry.size, entry.crc), offset);
        channel.position(end);
    }

    /** Passes everything on and keeps the checksum. */
    private final class Counting implements WritableByteChannel {
        private final CRC32 crc = new CRC32();

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            crc.update(bytes.duplicate());
            int length = bytes.remaining();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return length;
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() {
            // The archive goes on.
        }
    }

    private static ByteBuffer local(byte[] name, int padding, long size, long crc) {
        return buffer(LOCAL_SIZE + name.length + ZIP64_LOCAL + PADDING_HEADER + padding)
            .putInt(0x04034b50).putShort((short) VERSION_ZIP64).putShort((short) UTF_8).putShort((short) 0)
            .putShort((short) 0).putShort((short) DATE).putInt((int) crc).putInt(-1).putInt(-1)
            .putShort((short) name.length).putShort((short) (ZIP64_LOCAL + PADDING_HEADER + padding)).put(name)
            .putShort((short) 1).putShort((short) 16).putLong(size).putLong(size)
            .putShort((short) PADDING_ID).putShort((short) (2 + padding)).putShort((short) NpyHeader.ALIGNMENT);
    }

    void end() throws IOException {
        long start = channel.position();
        for (var entry : entries) {
            write(channel, central(entry), channel.position());
        }
        long size = channel.position() - start;
        write(channel, end(start, size), channel.position());
    }

    private static ByteBuffer central(Entry entry) {
        boolean zip64 = entry.size >= LIMIT_32 || entry.offset >= LIMIT_32;
        var buffer = buffer(46 + entry.name.length + (zip64 ? 28 : 0))
            .putInt(0x02014b50).putShort((short) VERSION_ZIP64).putShort((short) VERSION_ZIP64)
            .putShort((short) UTF_8).putShort((short) 0).putShort((short) 0).putShort((short) DATE)
            .putInt((int) entry.crc).putInt(zip64 ? -1 : (int) entry.size).putInt(zip64 ? -1 : (int) entry.size)
            .putShort((short) entry.name.length).putShort((short) (zip64 ? 28 : 0)).putShort((short) 0)
            .putShort((short) 0).putShort((short) 0).putInt(0).putInt(zip64 ? -1 : (int) entry.offset).put(entry.name);
        if (zip64) {
            buffer.putShort((short) 1).putShort((short) 24).putLong(entry.size).putLong(entry.size)
                .putLong(entry.offset);
        }
        return buffer;
    }

    private ByteBuffer end(long start, long size) {
        boolean zip64 = start + size >= LIMIT_32 || entries.size() >= 0xFFFF;
        var buffer = buffer((zip64 ? 56 + 20 : 0) + 22);
        if (zip64) {
            buffer.putInt(0x06064b50).putLong(44).putShort((short) VERSION_ZIP64).putShort((short) VERSION_ZIP64)
                .putInt(0).putInt(0).putLong(entries.size()).putLong(entries.size()).putLong(size).putLong(start)
                .putInt(0x07064b50).putInt(0).putLong(start + size).putInt(1);
        }
        short count = zip64 ? -1 : (short) entries.size();
        return buffer.putInt(0x06054b50).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count)
            .putInt(zip64 ? -1 : (int) size).putInt(zip64 ? -1 : (int) start).putShort((short) 0);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes the whole buffer, padding included, at a position, and leaves the channel behind it. */
    private static void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        channel.position(position);
        bytes.rewind();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
