package dev.gpux.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads what {@link TarWriter} writes and nothing else of tar: plain files with short names of ASCII. Links, folders,
 * devices and extended headers are refused, so that there is nothing an archive could do but hold contents.
 */
final class TarReader {
    private final InputStream in;
    private long at;
    private long left;
    private int padding;

    /**
     * A file of the archive.
     *
     * @param name its name, as it stands in the archive
     * @param size its length in bytes
     */
    record Member(String name, long size) { }

    TarReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next file; empty at the end of the archive. What was not read of the file before must be nothing.
     *
     * @throws StoreException if there is something else than a plain file, or the archive ends in the middle
     */
    Optional<Member> next() throws IOException {
        if (left > 0) {
            throw new IllegalStateException("the file before was not read");
        }
        skipPadding();
        var header = block();
        if (isZero(header)) {
            if (!isZero(block())) {
                throw broken("expected two blocks of zeros at the end");
            }
            return Optional.empty();
        }
        if (octal(header, TarWriter.CHECKSUM_AT, TarWriter.CHECKSUM_LENGTH) != TarWriter.checksum(header)) {
            throw broken("the checksum of a header is wrong");
        }
        if (header[TarWriter.TYPE_AT] != '0') {
            throw broken("there is something else than a plain file (type '" + (char) (header[TarWriter.TYPE_AT] & 0x7F)
                + "')");
        }
        int magicEnd = TarWriter.MAGIC_AT + TarWriter.MAGIC.length;
        if (!Arrays.equals(header, TarWriter.MAGIC_AT, magicEnd, TarWriter.MAGIC, 0, TarWriter.MAGIC.length)
            || !isZero(Arrays.copyOfRange(header, magicEnd, TarWriter.BLOCK))) {
            throw broken("a header has fields that gpux does not write");
        }
        left = size(header);
        padding = (int) (-left & TarWriter.BLOCK - 1);
        return Optional.of(new Member(name(header), left));
    }

    /** The content of the file that {@link #next} gave last; it ends where the file ends. */
    InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                var one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left == 0) {
                    return -1;
                }
                int read = in.read(bytes, offset, (int) Math.min(length, left));
                if (read < 0) {
                    throw broken("it ends in the middle of a file");
                }
                at += read;
                left -= read;
                return read;
            }
        };
    }

    private void skipPadding() throws IOException {
        if (in.readNBytes(padding).length < padding) {
            throw broken("it ends in the middle of a file");
        }
        at += padding;
        padding = 0;
    }

    private byte[] block() throws IOException {
        var block = in.readNBytes(TarWriter.BLOCK);
        if (block.length < TarWriter.BLOCK) {
            throw broken("it ends before its end");
        }
        at += TarWriter.BLOCK;
        return block;
    }

    private String name(byte[] header) {
        int length = 0;
        while (length < TarWriter.NAME_LENGTH && header[length] != 0) {
            if (header[length] <= ' ' || header[length] > '~') {
                throw broken("a name is not of printable ASCII");
            }
            length++;
        }
        return new String(header, 0, length, StandardCharsets.US_ASCII);
    }

    private long size(byte[] header) {
        int first = header[TarWriter.SIZE_AT] & 0xFF;
        if (first != TarWriter.BASE_256) {
            return octal(header, TarWriter.SIZE_AT, TarWriter.SIZE_LENGTH);
        }
        long size = 0;
        for (int i = 1; i < TarWriter.SIZE_LENGTH; i++) {
            if (size >>> 54 != 0) {
                throw broken("a file of more than 2^62 bytes");
            }
            size = size << 8 | header[TarWriter.SIZE_AT + i] & 0xFF;
        }
        return size;
    }

    private long octal(byte[] header, int at, int length) {
        long value = 0;
        int i = at;
        while (i < at + length && header[i] >= '0' && header[i] <= '7') {
            value = value << 3 | header[i] - '0';
            i++;
        }
        if (i == at || i < at + length && header[i] != 0 && header[i] != ' ') {
            throw broken("a number in a header is none");
        }
        return value;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private StoreException broken(String why) {
        return new StoreException("this is no archive of 'gpux save', or it was cut or changed: " + why
            + " (byte " + at + ")");
    }
}
