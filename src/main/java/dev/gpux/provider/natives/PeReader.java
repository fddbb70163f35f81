package dev.gpux.provider.natives;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the import tables of a PE file (Microsoft, "PE Format": sections ".idata" and "Delay-Load Import Tables"). */
final class PeReader {
    /** {@code MZ}. */
    static final int DOS = 0x5A4D;

    private static final long SIGNATURE = 0x4550;
    private static final int PE32 = 0x10B;
    private static final int PE32_PLUS = 0x20B;
    private static final int IMPORTS = 1;
    private static final int DELAYED_IMPORTS = 13;
    private static final int MOST_LIBRARIES = 4096;

    private final ImageBytes bytes;
    private final List<Section> sections = new ArrayList<>();

    PeReader(ImageBytes bytes) {
        this.bytes = bytes;
    }

    private record Section(long address, long memory, long offset, long length) { }

    NativeImage read() throws IOException, NativeFormatException {
        long header = bytes.u32(60);
        if (bytes.u32(header) != SIGNATURE) {
            throw new NativeFormatException("is a program for MS-DOS, not a shared library");
        }
        int count = bytes.u16(header + 6);
        int optionalSize = bytes.u16(header + 20);
        long optional = header + 24;
        int magic = bytes.u16(optional);
        if (magic != PE32 && magic != PE32_PLUS) {
            throw new NativeFormatException("is damaged: its header is of no known kind");
        }
        readSections(optional + optionalSize, count);
        long directories = optional + (magic == PE32_PLUS ? 112 : 96);
        long present = bytes.u32(directories - 4);
        return new NativeImage(NativeImage.Format.PE, Optional.empty(),
            present > IMPORTS ? imports(bytes.u32(directories + IMPORTS * 8L), 20, 12) : List.of(),
            present > DELAYED_IMPORTS ? imports(bytes.u32(directories + DELAYED_IMPORTS * 8L), 32, 4) : List.of(),
            List.of(), List.of());
    }

    private void readSections(long table, int count) throws IOException, NativeFormatException {
        for (int i = 0; i < count; i++) {
            long at = table + 40L * i;
            sections.add(new Section(bytes.u32(at + 12), bytes.u32(at + 8), bytes.u32(at + 20), bytes.u32(at + 16)));
        }
    }

    /** The names in a table of descriptors, which ends with one that has no name. */
    private List<String> imports(long address, int size, int nameAt) throws IOException, NativeFormatException {
        var names = new ArrayList<String>();
        if (address == 0) {
            return names;
        }
        long table = offset(address);
        for (int i = 0; i < MOST_LIBRARIES; i++) {
            long name = bytes.u32(table + (long) i * size + nameAt);
            if (name == 0) {
                return names;
            }
            names.add(bytes.text(offset(name), bytes.size()));
        }
        throw new NativeFormatException("is damaged: its import table has no end");
    }

    private long offset(long address) throws NativeFormatException {
        for (var section : sections) {
            long inside = address - section.address();
            if (inside >= 0 && inside < Math.max(section.memory(), section.length()) && inside < section.length()) {
                return section.offset() + inside;
            }
        }
        throw new NativeFormatException("is damaged: a table lies outside of its sections");
    }
}
