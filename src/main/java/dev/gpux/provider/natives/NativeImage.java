package dev.gpux.provider.natives;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a shared library says of the libraries that it needs.
 *
 * @param format whose format it is
 * @param name the name by which others ask for it: ELF's {@code DT_SONAME}, Mach-O's install name
 * @param needed the libraries without which it cannot be loaded, in the order of the file
 * @param optional the libraries that it can do without, or that are loaded at their first use (PE's delayed imports)
 * @param rpath where the loader looks first: ELF's {@code DT_RPATH}, Mach-O's {@code LC_RPATH}
 * @param runpath where the loader looks behind {@code LD_LIBRARY_PATH}: ELF's {@code DT_RUNPATH}
 */
public record NativeImage(Format format, Optional<String> name, List<String> needed, List<String> optional,
                          List<String> rpath, List<String> runpath) {

    /** The formats of executable files. */
    public enum Format {
        /** Linux. */
        ELF,
        /** Windows. */
        PE,
        /** macOS. */
        MACH_O
    }

    /** Keeps immutable copies. */
    public NativeImage {
        needed = List.copyOf(needed);
        optional = List.copyOf(optional);
        rpath = List.copyOf(rpath);
        runpath = List.copyOf(runpath);
    }

    /** One that says nothing. */
    public static NativeImage without(Format format) {
        return new NativeImage(format, Optional.empty(), List.of(), List.of(), List.of(), List.of());
    }

    /**
     * Reads a library's header and tables; never the rest of it, however large it is.
     *
     * @throws NativeFormatException if it is none of the three formats, or damaged
     * @throws IOException if it cannot be read
     */
    public static NativeImage read(Path file) throws IOException, NativeFormatException {
        try (var bytes = new ImageBytes(file)) {
            return switch (bytes.littleInt(0)) {
                case ElfReader.MAGIC -> new ElfReader(bytes).read();
                case MachOReader.MAGIC_64, MachOReader.FAT, MachOReader.FAT_64 -> new MachOReader(bytes).read();
                default -> {
                    if ((bytes.littleInt(0) & 0xFFFF) == PeReader.DOS) {
                        yield new PeReader(bytes).read();
                    }
                    throw new NativeFormatException("is no shared library");
                }
            };
        }
    }
}
