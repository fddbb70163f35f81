package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of an executable file, read where they are asked for. Every place outside the file is a
 * {@link NativeFormatException}; nothing is mapped, since a file that shrinks would then end the process.
 */
final class ImageBytes implements AutoCloseable {
    private static final int LONGEST_TEXT = 4096;

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer word = ByteBuffer.allocate(8);
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

    ImageBytes(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
    }

    void order(ByteOrder byteOrder) {
        order = byteOrder;
    }

    private ByteBuffer read(long offset, int length) throws IOException, NativeFormatException {
        if (offset < 0 || offset > size - length) {
            throw new NativeFormatException("is damaged or cut off");
        }
        word.clear().limit(length);
        while (word.hasRemaining()) {
            if (channel.read(word, offset + word.position()) < 0) {
                throw new NativeFormatException("is damaged or cut off");
            }
        }
        return word.flip().order(order);
    }

    /** A number of 32 bits in little-endian order, whatever the file's order is; -1 in a file that is shorter. */
    int littleInt(long offset) throws IOException, NativeFormatException {
        return size < offset + 4 ? -1 : read(offset, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    }

    int u8(long offset) throws IOException, NativeFormatException {
        return read(offset, 1).get() & 0xFF;
    }

    int u16(long offset) throws IOException, NativeFormatException {
        return read(offset, 2).getShort() & 0xFFFF;
    }

    long u32(long offset) throws IOException, NativeFormatException {
        return read(offset, 4).getInt() & 0xFFFFFFFFL;
    }

    /** A number of 64 bits, which must be one that can be a place in a file. */
    long u64(long offset) throws IOException, NativeFormatException {
        long value = read(offset, 8).getLong();
        if (value < 0) {
            throw new NativeFormatException("is damaged: it has a place beyond every file");
        }
        return value;
    }

    /** A C string, which must end before {@code limit}. */
    String text(long offset, long limit) throws IOException, NativeFormatException {
        long end = Math.min(Math.min(limit, size), offset + LONGEST_TEXT);
        if (offset < 0 || offset >= end) {
            throw new NativeFormatException("is damaged: a name lies outside of it");
        }
        var bytes = ByteBuffer.allocate((int) (end - offset));
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
            int zero = indexOfZero(bytes);
            if (zero >= 0) {
                return new String(bytes.array(), 0, zero, StandardCharsets.UTF_8);
            }
        }
        throw new NativeFormatException("is damaged: a name has no end");
    }

    private static int indexOfZero(ByteBuffer bytes) {
        for (int i = 0; i < bytes.position(); i++) {
            if (bytes.array()[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
