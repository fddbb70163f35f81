package dev.gpux.ort.library;

import java.util.List;
import java.util.Locale;

/**
 * An operating system and a processor: what a native library is built for.
 *
 * <p>Folder names are those of the official Maven jars ({@code ai/onnxruntime/native/linux-x64/…}); library names are
 * those of ONNX Runtime's releases on each system.
 */
public record Platform(Os os, Cpu cpu) {

    /** An operating system that ONNX Runtime is released for. */
    public enum Os {
        /** Linux: ELF, {@code libonnxruntime.so}. */
        LINUX("Linux", "linux"),
        /** macOS: Mach-O, {@code libonnxruntime.dylib}. */
        MACOS("macOS", "osx"),
        /** Windows: PE, {@code onnxruntime.dll}. */
        WINDOWS("Windows", "win");

        private final String label;
        private final String folder;

        Os(String label, String folder) {
            this.label = label;
            this.folder = folder;
        }

        /** The name as people write it. */
        public String label() {
            return label;
        }
    }

    /** A processor architecture; more than ORT is released for, so that errors can name what a file is built for. */
    public enum Cpu {
        /** 64-bit x86. */
        X86_64("x86-64", "x64"),
        /** 64-bit ARM. */
        AARCH64("aarch64", "aarch64"),
        /** 32-bit x86. */
        X86("32-bit x86", "x86"),
        /** 32-bit ARM. */
        ARM("32-bit ARM", "arm"),
        /** 64-bit RISC-V. */
        RISCV64("RISC-V", "riscv64"),
        /** 64-bit POWER. */
        PPC64("POWER", "ppc64"),
        /** 64-bit IBM Z. */
        S390X("IBM Z", "s390x"),
        /** 64-bit LoongArch. */
        LOONGARCH64("LoongArch", "loongarch64"),
        /** Anything else. */
        OTHER("another processor", "unknown");

        private final String label;
        private final String folder;

        Cpu(String label, String folder) {
            this.label = label;
            this.folder = folder;
        }

        /** The name as people write it. */
        public String label() {
            return label;
        }

        private static Cpu of(String osArch) {
            return switch (osArch) {
                case "amd64", "x86_64", "x64" -> X86_64;
                case "aarch64", "arm64" -> AARCH64;
                case "x86", "i386", "i486", "i586", "i686" -> X86;
                case "arm" -> ARM;
                case "riscv64" -> RISCV64;
                case "ppc64", "ppc64le" -> PPC64;
                case "s390x" -> S390X;
                case "loongarch64" -> LOONGARCH64;
                default -> OTHER;
            };
        }
    }

    private static final String BASE = "libonnxruntime";

    /** The platform this JVM runs on. The processor is the JVM's, which under an emulator is not the machine's. */
    public static Platform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /**
     * The platform of the system properties {@code os.name} and {@code os.arch}.
     *
     * @throws LibraryException if the system is not Linux, macOS or Windows
     */
    public static Platform of(String osName, String osArch) {
        String name = osName.toLowerCase(Locale.ROOT);
        Os os;
        if (name.startsWith("linux")) {
            os = Os.LINUX;
        } else if (name.startsWith("mac") || name.startsWith("darwin")) {
            os = Os.MACOS;
        } else if (name.startsWith("windows")) {
            os = Os.WINDOWS;
        } else {
            throw new LibraryException(LibraryException.Kind.NOT_FOUND, "GPUX runs on Linux, macOS and Windows; "
                    + "this JVM says that it runs on \"" + osName + "\".");
        }
        return new Platform(os, Cpu.of(osArch.toLowerCase(Locale.ROOT)));
    }

    /** The folder of this platform in the official jars: {@code linux-x64}, {@code osx-aarch64}, {@code win-arm64}. */
    public String folder() {
        if (os == Os.WINDOWS && cpu == Cpu.AARCH64) {
            return "win-arm64";
        }
        return os.folder + "-" + cpu.folder;
    }

    /** The plain name of ONNX Runtime's library: {@code libonnxruntime.so}, {@code onnxruntime.dll}. */
    public String libraryName() {
        return switch (os) {
            case LINUX -> BASE + ".so";
            case MACOS -> BASE + ".dylib";
            case WINDOWS -> "onnxruntime.dll";
        };
    }

    /** The names that a folder is asked for first, the best first; others are recognised by {@link #isCore}. */
    List<String> plainNames() {
        return os == Os.LINUX ? List.of(BASE + ".so", BASE + ".so.1") : List.of(libraryName());
    }

    /** The file name of a provider's library: {@code libonnxruntime_providers_cuda.so} for {@code cuda}. */
    public String providerLibraryName(String provider) {
        return switch (os) {
            case LINUX -> BASE + "_providers_" + provider + ".so";
            case MACOS -> BASE + "_providers_" + provider + ".dylib";
            case WINDOWS -> "onnxruntime_providers_" + provider + ".dll";
        };
    }

    /** What an error calls this platform: {@code x86-64 Linux}. */
    public String label() {
        return cpu.label + " " + os.label;
    }

    /**
     * Whether a file of this name is ONNX Runtime's core library on some platform, with or without a version:
     * {@code libonnxruntime.so.1.29.0}, {@code libonnxruntime.1.29.0.dylib}, {@code onnxruntime.dll}.
     */
    static boolean isCore(String fileName) {
        if (fileName.equalsIgnoreCase("onnxruntime.dll")) {
            return true;
        }
        if (!fileName.startsWith(BASE)) {
            return false;
        }
        String rest = fileName.substring(BASE.length());
        if (rest.endsWith(".dylib")) {
            return isVersionSuffix(rest.substring(0, rest.length() - ".dylib".length()));
        }
        return rest.startsWith(".so") && isVersionSuffix(rest.substring(".so".length()));
    }

    /**
     * Whether a file of this name may belong to the core library beside it: any shared library (providers, DirectML,
     * shader compilers), but for the glue of other Java and JavaScript wrappers.
     */
    static boolean isCompanion(String fileName) {
        if (fileName.contains("4j_jni") || fileName.startsWith("libjni") || fileName.startsWith("jni")) {
            return false;
        }
        if (fileName.endsWith(".so") || fileName.endsWith(".dylib") || fileName.endsWith(".dll")) {
            return true;
        }
        int so = fileName.lastIndexOf(".so.");
        return so > 0 && isVersionSuffix(fileName.substring(so + ".so".length()));
    }

    /** {@code ""}, {@code .1}, {@code .1.29.0}: nothing but dots, each followed by digits. */
    private static boolean isVersionSuffix(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean dot = c == '.' && i + 1 < text.length() && text.charAt(i + 1) != '.';
            boolean digit = c >= '0' && c <= '9' && i > 0;
            if (!dot && !digit) {
                return false;
            }
        }
        return true;
    }
}
