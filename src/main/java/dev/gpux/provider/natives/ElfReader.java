package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the dynamic section of an ELF file (System V ABI, chapters "Object Files" and "Dynamic Linking"). */
final class ElfReader {
    /** {@code 0x7F E L F}. */
    static final int MAGIC = 0x464C457F;

    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int NEEDED = 1;
    private static final int STRING_TABLE = 5;
    private static final int STRING_SIZE = 10;
    private static final int SONAME = 14;
    private static final int RPATH = 15;
    private static final int RUNPATH = 29;
    private static final int MOST_ENTRIES = 65_536;

    private final ImageBytes bytes;
    private boolean wide;

    ElfReader(ImageBytes bytes) {
        this.bytes = bytes;
    }

    /** A part of the file and where it is in memory. */
    private record Segment(long type, long offset, long address, long length) { }

    NativeImage read() throws IOException, NativeFormatException {
        wide = bytes.u8(4) == 2;
        bytes.order(bytes.u8(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        var segments = segments();
        var dynamic = segments.stream().filter(segment -> segment.type() == DYNAMIC).findFirst();
        if (dynamic.isEmpty()) {
            return NativeImage.without(NativeImage.Format.ELF);
        }
        return dynamic(dynamic.get(), segments);
    }

    private List<Segment> segments() throws IOException, NativeFormatException {
        long table = wide ? bytes.u64(32) : bytes.u32(28);
        int entry = bytes.u16(wide ? 54 : 42);
        int count = bytes.u16(wide ? 56 : 44);
        if (count > 0 && entry < (wide ? 56 : 32)) {
            throw new NativeFormatException("is damaged: its program headers are too short");
        }
        var segments = new ArrayList<Segment>();
        for (int i = 0; i < count; i++) {
            long at = table + (long) i * entry;
            segments.add(wide
                ? new Segment(bytes.u32(at), bytes.u64(at + 8), bytes.u64(at + 16), bytes.u64(at + 32))
                : new Segment(bytes.u32(at), bytes.u32(at + 4), bytes.u32(at + 8), bytes.u32(at + 16)));
        }
        return segments;
    }

    private NativeImage dynamic(Segment section, List<Segment> segments) throws IOException, NativeFormatException {
        int size = wide ? 16 : 8;
        long count = Math.min(section.length() / size, MOST_ENTRIES);
        var tags = new ArrayList<long[]>();
        for (long i = 0; i < count; i++) {
            long at = section.offset() + i * size;
            long tag = wide ? bytes.u64(at) : bytes.u32(at);
            if (tag == 0) {
                break;
            }
            // Values of tags that are not read here may be anything.
            if (tag == NEEDED || tag == STRING_TABLE || tag == STRING_SIZE || tag == SONAME || tag == RPATH
                || tag == RUNPATH) {
                tags.add(new long[] {tag, wide ? bytes.u64(at + 8) : bytes.u32(at + 4)});
            }
        }
        if (tags.isEmpty()) {
            return NativeImage.without(NativeImage.Format.ELF);
        }
        long strings = offset(single(tags, STRING_TABLE), segments);
        long limit = strings + single(tags, STRING_SIZE);
        var names = texts(tags, SONAME, strings, limit);
        return new NativeImage(NativeImage.Format.ELF, names.stream().findFirst(), texts(tags, NEEDED, strings, limit),
            List.of(), folders(texts(tags, RPATH, strings, limit)), folders(texts(tags, RUNPATH, strings, limit)));
    }

    private static long single(List<long[]> tags, int wanted) throws NativeFormatException {
        for (var tag : tags) {
            if (tag[0] == wanted) {
                return tag[1];
            }
        }
        throw new NativeFormatException("is damaged: its dynamic section has no table of names");
    }

    /** Addresses are of the memory; the segments say where in the file that is. */
    private static long offset(long address, List<Segment> segments) throws NativeFormatException {
        for (var segment : segments) {
            if (segment.type() == LOAD && address >= segment.address()
                && address - segment.address() < segment.length()) {
                return segment.offset() + (address - segment.address());
            }
        }
        throw new NativeFormatException("is damaged: its table of names lies outside of it");
    }

    private List<String> texts(List<long[]> tags, int wanted, long strings, long limit)
            throws IOException, NativeFormatException {
        var texts = new ArrayList<String>();
        for (var tag : tags) {
            if (tag[0] == wanted) {
                if (tag[1] >= limit - strings) {
                    throw new NativeFormatException("is damaged: a name lies outside of its table");
                }
                texts.add(bytes.text(strings + tag[1], limit));
            }
        }
        return texts;
    }

    private static List<String> folders(List<String> paths) {
        return paths.stream().flatMap(path -> List.of(path.split(":")).stream()).filter(folder -> !folder.isEmpty())
            .toList();
    }
}
