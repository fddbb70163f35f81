package dev.gpux.ort.library;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A zip file: jar, wheel, NuGet package, Windows release. */
record ZipArchive(ZipFile zip) implements Archive {

    @Override
    public String name() {
        return zip.getName();
    }

    @Override
    public void visit(Visitor visitor) throws IOException {
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
            ZipEntry entry = entries.nextElement();
            if (!entry.isDirectory()) {
                visitor.see(new ZipMember(zip, entry));
            }
        }
    }

    private record ZipMember(ZipFile zip, ZipEntry entry) implements Member {
        @Override
        public String path() {
            return entry.getName().replace('\\', '/');
        }

        @Override
        public long size() {
            return entry.getSize();
        }

        @Override
        public InputStream open() throws IOException {
            return new Checked(zip.getInputStream(entry), entry.getCrc());
        }
    }

    /** {@link ZipFile} does not compare a file's checksum; a flipped bit in a library would be executed. */
    private static final class Checked extends FilterInputStream {
        private final CRC32 actual = new CRC32();
        private final long expected;

        Checked(InputStream in, long expected) {
            super(in);
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = in.read(buffer, offset, length);
            if (n > 0) {
                actual.update(buffer, offset, n);
            } else if (n < 0 && actual.getValue() != expected) {
                throw new ZipException("its checksum is wrong");
            }
            return n;
        }
    }
}
