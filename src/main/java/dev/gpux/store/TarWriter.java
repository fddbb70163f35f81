package dev.gpux.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a tar archive of plain files, in the form that POSIX calls ustar (IEEE Std 1003.1, "pax", "ustar Interchange
 * Format"), with the size of files from 8 GiB on in base 256, as GNU tar and libarchive have it. The owner is always the
 * same, so is the time, and the mode unless it is given, so that the same content gives the same bytes.
 */
public final class TarWriter {
    static final int BLOCK = 512;
    static final int SIZE_AT = 124;
    static final int SIZE_LENGTH = 12;
    static final int CHECKSUM_AT = 148;
    static final int CHECKSUM_LENGTH = 8;
    static final int TYPE_AT = 156;
    static final int MAGIC_AT = 257;
    static final byte[] MAGIC = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    static final int NAME_LENGTH = 100;
    static final int BASE_256 = 0x80;

    private static final int MODE_AT = 100;
    private static final int UID_AT = 108;
    private static final int GID_AT = 116;
    private static final int TIME_AT = 136;
    private static final long MOST_OCTAL = (1L << 33) - 1;
    private static final int CHUNK = 1 << 18;

    private static final int DATA = 0644;

    private final OutputStream out;
    private final long seconds;

    TarWriter(OutputStream out) {
        this(out, 0);
    }

    /** @param seconds the time of all files, since 1970 began in UTC */
    public TarWriter(OutputStream out, long seconds) {
        this.out = out;
        this.seconds = seconds;
    }

    /** Writes a small file. */
    void file(String name, byte[] content) throws IOException {
        out.write(header(name, DATA, content.length));
        out.write(content);
        pad(content.length);
    }

    /**
     * Writes a file from a stream.
     *
     * @throws IOException if the stream has not exactly {@code size} bytes
     */
    void file(String name, long size, InputStream in) throws IOException {
        file(name, DATA, size, in);
    }

    /**
     * Writes a file from a stream.
     *
     * @param name at most 100 characters of ASCII
     * @param mode its permissions, such as 0644
     * @throws IOException if the name is longer, or the stream has not exactly {@code size} bytes
     */
    public void file(String name, int mode, long size, InputStream in) throws IOException {
        if (name.length() > NAME_LENGTH) {
            throw new IOException("the name " + name + " is too long for a tar archive");
        }
        out.write(header(name, mode, size));
        var chunk = new byte[CHUNK];
        long left = size;
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            left -= read;
            if (left < 0) {
                break;
            }
            out.write(chunk, 0, read);
        }
        if (left != 0) {
            throw new IOException(name + " changed its size while it was written");
        }
        pad(size);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & BLOCK - 1)]);
    }

    /** Ends the archive: two blocks of zeros. */
    public void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private byte[] header(String name, int mode, long size) {
        var header = new byte[BLOCK];
        var bytes = name.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, 0, bytes.length);
        octal(header, MODE_AT, 8, mode);
        octal(header, UID_AT, 8, 0);
        octal(header, GID_AT, 8, 0);
        size(header, size);
        octal(header, TIME_AT, 12, seconds);
        header[TYPE_AT] = '0';
        System.arraycopy(MAGIC, 0, header, MAGIC_AT, MAGIC.length);
        octal(header, CHECKSUM_AT, CHECKSUM_LENGTH - 1, checksum(header));
        header[CHECKSUM_AT + CHECKSUM_LENGTH - 1] = ' ';
        return header;
    }

    private static void size(byte[] header, long size) {
        if (size <= MOST_OCTAL) {
            octal(header, SIZE_AT, SIZE_LENGTH, size);
            return;
        }
        header[SIZE_AT] = (byte) BASE_256;
        for (int i = 0; i < Long.BYTES; i++) {
            header[SIZE_AT + SIZE_LENGTH - 1 - i] = (byte) (size >>> 8 * i);
        }
    }

    /** Octal digits with leading zeros, and a zero byte at the end. */
    private static void octal(byte[] header, int at, int length, long value) {
        long rest = value;
        for (int i = at + length - 2; i >= at; i--) {
            header[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
    }

    /** The sum of all bytes of the header, those of the checksum itself taken as spaces. */
    static long checksum(byte[] header) {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            boolean own = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH;
            sum += own ? ' ' : header[i] & 0xFF;
        }
        return sum;
    }
}
