package dev.gpux.tensorio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The directory of a zip file in memory. The JDK's own reader does not say where in the file an entry's bytes are, and
 * that is all that is wanted here.
 *
 * <p>Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16
 * (its end), 4.5.3 (Zip64 field).
 */
final class ZipArchive {
    static final int STORED = 0;
    static final int DEFLATED = 8;

    private static final ValueLayout.OfShort U16 = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int END_SIZE = 22;
    private static final int CENTRAL_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final long IN_ZIP64 = 0xFFFF_FFFFL;
    private static final int ENCRYPTED = 1;
    /** Arrays in one file; each costs some heap. */
    private static final int MAX_ENTRIES = 1 << 16;

    private final MemorySegment file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * One file of the archive.
     *
     * @param bytes its bytes as they lie in the archive, compressed or not
     * @param size how many bytes it has uncompressed, as the archive says
     */
    record Entry(String name, int method, long crc, long size, MemorySegment bytes) {
    }

    ZipArchive(MemorySegment file) {
        this.file = file;
        readDirectory();
    }

    static boolean hasMagic(MemorySegment file) {
        return file.byteSize() >= END_SIZE && (file.get(U32, 0) == LOCAL || file.get(U32, 0) == END);
    }

    /** The files by name, in the order of the directory. */
    Map<String, Entry> entries() {
        return entries;
    }

    private void readDirectory() {
        long end = findEnd();
        long count = u16(end + 10);
        long size = u32(end + 12);
        long start = u32(end + 16);
        if (end >= 20 && file.get(U32, end - 20) == LOCATOR_64) {
            long end64 = file.get(U64, end - 20 + 8);
            if (end64 < 0 || end64 > end - 20 - 56 || file.get(U32, end64) != END_64) {
                throw broken("its Zip64 end record is not where it should be");
            }
            count = file.get(U64, end64 + 32);
            size = file.get(U64, end64 + 40);
            start = file.get(U64, end64 + 48);
        }
        if (start < 0 || size < 0 || start > end || size > end - start) {
            throw broken("its directory does not lie in the file");
        }
        if (count < 0 || count > MAX_ENTRIES) {
            throw broken("it claims to have " + Long.toUnsignedString(count) + " entries");
        }
        long at = start;
        for (long i = 0; i < count; i++) {
            at = readEntry(at, start + size, start);
        }
    }

    private long findEnd() {
        // A comment of up to 64 KiB may follow the record.
        long first = Math.max(0, file.byteSize() - END_SIZE - 0xFFFF);
        for (long at = file.byteSize() - END_SIZE; at >= first; at--) {
            if (file.get(U32, at) == END && at + END_SIZE + u16(at + 20) == file.byteSize()) {
                return at;
            }
        }
        throw broken("it has no directory at its end: it was cut short");
    }

    private long readEntry(long at, long end, long directory) {
        if (end - at < CENTRAL_SIZE || file.get(U32, at) != CENTRAL) {
            throw broken("its directory is malformed");
        }
        int nameLength = u16(at + 28);
        int extraLength = u16(at + 30);
        long next = at + CENTRAL_SIZE + nameLength + extraLength + u16(at + 32);
        if (next > end) {
            throw broken("its directory is malformed");
        }
        var name = new String(file.asSlice(at + CENTRAL_SIZE, nameLength).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        var extra = new Zip64Field(at + CENTRAL_SIZE + nameLength, extraLength);
        long size = extra.orNext(u32(at + 24));
        long compressed = extra.orNext(u32(at + 20));
        long local = extra.orNext(u32(at + 42));
        if ((u16(at + 8) & ENCRYPTED) != 0) {
            throw broken("'" + JsonCursor.shorten(name) + "' is encrypted");
        }
        var bytes = content(name, local, compressed, directory);
        var entry = new Entry(name, u16(at + 10), u32(at + 16), size, bytes);
        if (size < 0 || entries.putIfAbsent(name, entry) != null) {
            throw broken("'" + JsonCursor.shorten(name) + "' is there twice, or has a negative size");
        }
        return next;
    }

    private MemorySegment content(String name, long local, long compressed, long directory) {
        if (local < 0 || directory - local < LOCAL_SIZE || file.get(U32, local) != LOCAL) {
            throw broken("'" + JsonCursor.shorten(name) + "' is not where the directory says");
        }
        long start = local + LOCAL_SIZE + u16(local + 26) + u16(local + 28);
        if (compressed < 0 || start > directory || compressed > directory - start) {
            throw broken("'" + JsonCursor.shorten(name) + "' does not lie in the file");
        }
        return file.asSlice(start, compressed);
    }

    /** The extra field that has the 64-bit form of those numbers that do not fit 32 bits, one after the other. */
    private final class Zip64Field {
        private long at = -1;
        private long end;

        Zip64Field(long extra, int length) {
            long from = extra;
            while (extra + length - from >= 4) {
                int size = u16(from + 2);
                if (size > extra + length - from - 4) {
                    return;
                }
                if (u16(from) == 1) {
                    at = from + 4;
                    end = at + size;
                    return;
                }
                from += 4 + size;
            }
        }

        long orNext(long value) {
            if (value != IN_ZIP64 || at < 0 || end - at < Long.BYTES) {
                return value;
            }
            at += Long.BYTES;
            return file.get(U64, at - Long.BYTES);
        }
    }

    private int u16(long at) {
        return file.get(U16, at) & 0xFFFF;
    }

    private long u32(long at) {
        return file.get(U32, at) & 0xFFFF_FFFFL;
    }

    private static TensorFormatException broken(String what) {
        return new TensorFormatException("this is not a sound .npz (zip) file: " + what);
    }
}
