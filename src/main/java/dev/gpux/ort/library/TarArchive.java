package dev.gpux.ort.library;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A tar file, plain or compressed with gzip: releases for Linux and macOS, npm packages.
 *
 * <p>Understood are the formats that such archives come in: POSIX ustar, pax records for long paths and large sizes
 * (POSIX.1-2017, {@code pax}), and GNU's long names and base-256 sizes. Everything that is not a plain file is passed
 * over. Reading is bounded: a header is 512 bytes with a checksum, an extended header at most 64 KiB.
 */
final class TarArchive implements Archive {
    private static final int BLOCK = 512;
    private static final int LONGEST_HEADER = 64 * 1024;
    // What a small hostile gzip file may grow to while being read.
    private static final long MOST_BYTES = 64L << 30;

    private final Path file;
    private final boolean compressed;

    TarArchive(Path file, boolean compressed) {
        this.file = file;
        this.compressed = compressed;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = compressed ? open(raw) : new BufferedInputStream(raw, LONGEST_HEADER)) {
            new Walk(in, visitor).run();
        }
    }

    private InputStream open(InputStream raw) {
        try {
            return new GZIPInputStream(raw, LONGEST_HEADER);
        } catch (IOException e) {
            throw damaged(e.getMessage(), e);
        }
    }

    private LibraryException damaged(String why, Throwable cause) {
        return UnpackedFolder.damaged(file.toString(), why, cause);
    }

    /** One file; its content ends where the next header begins. */
    private record TarMember(String path, long size, InputStream content) implements Member {
        @Override
        public InputStream open() {
            return content;
        }
    }

    /** One way through the archive. */
    private final class Walk {
        private final InputStream in;
        private final Visitor visitor;
        private final byte[] header = new byte[BLOCK];
        private String longPath = "";
        private long longSize = -1;
        private long total;

        Walk(InputStream in, Visitor visitor) {
            this.in = in;
            this.visitor = visitor;
        }

        void run() throws IOException {
            while (nextHeader()) {
                long size = longSize >= 0 ? longSize : number(124, 12);
                if (size < 0 || (total += size) > MOST_BYTES) {
                    throw damaged("a file in it claims " + size + " bytes", null);
                }
                switch (header[156]) {
                    case 'x' -> pax(smallContent(size));
                    case 'L' -> longPath = text(smallContent(size), 0, (int) size);
                    case 0, '0', '7' -> show(path(), size);
                    // Links and devices have no content, whatever their size says; folders neither.
                    case '1', '2', '3', '4', '5', '6' -> forget();
                    default -> {
                        skip(size + padding(size));
                        if (header[156] != 'g' && header[156] != 'K') {
                            forget();
                        }
                    }
                }
            }
            drain();
        }

        private void show(String path, long size) throws IOException {
            forget();
            var content = new Bounded(in, size);
            visitor.see(new TarMember(path, size, content));
            skip(content.left + padding(size));
        }

        private void forget() {
            longPath = "";
            longSize = -1;
        }

        /** The next header; false at the end, which is a block of zeros or the end of the file. */
        private boolean nextHeader() {
            int n = read(header, BLOCK);
            if (n == 0) {
                return false;
            }
            if (n < BLOCK) {
                throw damaged("it ends in the middle of a header", null);
            }
            long sum = 0;
            boolean zeros = true;
            for (int i = 0; i < BLOCK; i++) {
                zeros &= header[i] == 0;
                sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xFF;
            }
            if (!zeros && sum != number(148, 8)) {
                throw damaged("a header's checksum is wrong, or it is not a tar archive", null);
            }
            return !zeros;
        }

        /** Octal digits, or (GNU) a big-endian binary number if the first bit is set; -1 if neither. */
        private long number(int at, int length) {
            long value = 0;
            if ((header[at] & 0x80) != 0) {
                for (int i = at + length - 8; i < at + length; i++) {
                    value = value << 8 | header[i] & 0xFF;
                }
                return value;
            }
            int i = at;
            while (i < at + length && header[i] == ' ') {
                i++;
            }
            for (; i < at + length && header[i] != 0 && header[i] != ' '; i++) {
                if (header[i] < '0' || header[i] > '7') {
                    return -1;
                }
                value = value << 3 | header[i] - '0';
            }
            return value;
        }

        private String path() {
            if (!longPath.isEmpty()) {
                return longPath;
            }
            String name = text(header, 0, 100);
            boolean ustar = text(header, 257, 6).startsWith("ustar") && header[262] == 0;
            String prefix = ustar ? text(header, 345, 155) : "";
            return prefix.isEmpty() ? name : prefix + "/" + name;
        }

        /** Records of the form {@code LENGTH KEY=VALUE\n}, where the length counts the whole record. */
        private void pax(byte[] records) {
            int at = 0;
            while (at < records.length) {
                int space = at;
                int length = 0;
                while (space < records.length && records[space] >= '0' && records[space] <= '9' && length < 1 << 20) {
                    length = length * 10 + records[space++] - '0';
                }
                if (length < space - at + 3 || length > records.length - at) {
                    throw damaged("an extended header makes no sense", null);
                }
                record(text(records, space + 1, length - (space - at) - 2));
                at += length;
            }
        }

        private void record(String record) {
            if (record.startsWith("path=")) {
                longPath = record.substring("path=".length());
            } else if (record.startsWith("size=")) {
                try {
                    longSize = Long.parseUnsignedLong(record.substring("size=".length()));
                } catch (NumberFormatException e) {
                    throw damaged("an extended header makes no sense", e);
                }
            }
        }

        private byte[] smallContent(long size) {
            longSize = -1;
            if (size > LONGEST_HEADER) {
                throw damaged("an extended header of " + size + " bytes is too long", null);
            }
            byte[] content = new byte[(int) size];
            if (read(content, content.length) < size) {
                throw damaged("it ends in the middle of a header", null);
            }
            skip(padding(size));
            return content;
        }

        private static String text(byte[] bytes, int at, int length) {
            int end = at;
            while (end < at + length && bytes[end] != 0) {
                end++;
            }
            return new String(bytes, at, end - at, StandardCharsets.UTF_8);
        }

        private static long padding(long size) {
            return (BLOCK - size % BLOCK) % BLOCK;
        }

        private int read(byte[] into, int length) {
            try {
                return in.readNBytes(into, 0, length);
            } catch (IOException e) {
                throw damaged(e.getMessage(), e);
            }
        }

        private void skip(long bytes) {
            try {
                in.skipNBytes(bytes);
            } catch (IOException e) {
                throw damaged(e instanceof EOFException ? "it is cut off" : e.getMessage(), e);
            }
        }

        /** Up to the end, for there gzip keeps its checksum. */
        private void drain() {
            long left = MOST_BYTES;
            for (long n = 1; n > 0 && left > 0; left -= n) {
                n = read(header, BLOCK);
            }
        }
    }

    /** The content of one file; a file that is cut off is an error, not an end. */
    private static final class Bounded extends InputStream {
        private final InputStream in;
        private long left;

        Bounded(InputStream in, long size) {
            this.in = in;
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("it is cut off");
            }
            left -= n;
            return n;
        }
    }
}
