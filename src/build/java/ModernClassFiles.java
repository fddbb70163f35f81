import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Rewrites the class files of a jar that are older than Java 6 as Java 17's, in place: {@code java
 * ModernClassFiles.java JAR}. The bytecode stays; the maps of the stack that the newer verifier reads are computed.
 *
 * <p>picocli is compiled for Java 5, and the JVM keeps no class that old in an AOT cache: it would read, verify and link
 * 145 of them at every start.
 */
final class ModernClassFiles {
    /** Java 6, the first that the JVM archives. */
    private static final int ARCHIVED = ClassFile.JAVA_6_VERSION;
    private static final int TARGET = ClassFile.JAVA_17_VERSION;

    private ModernClassFiles() { }

    /** Rewrites. */
    public static void main(String[] arguments) throws IOException {
        var jar = Path.of(arguments[0]);
        try (var zip = FileSystems.newFileSystem(jar)) {
            var classFile = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy(zip)));
            for (var file : classes(zip)) {
                var bytes = Files.readAllBytes(file);
                if (major(bytes) < ARCHIVED) {
                    var time = Files.getLastModifiedTime(file);
                    Files.write(file, modern(classFile, classFile.parse(bytes)));
                    Files.setLastModifiedTime(file, time);
                }
            }
        }
    }

    private static List<Path> classes(FileSystem zip) throws IOException {
        try (var files = Files.walk(zip.getPath("/"))) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    /** The jar's classes, and the JDK's. */
    private static ClassHierarchyResolver hierarchy(FileSystem zip) {
        return ClassHierarchyResolver.ofResourceParsing(description -> {
            var name = description.descriptorString();
            var file = zip.getPath(name.substring(1, name.length() - 1) + ".class");
            try {
                return Files.exists(file) ? Files.newInputStream(file) : null;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).orElse(ClassHierarchyResolver.defaultResolver()).cached();
    }

    private static int major(byte[] bytes) {
        return (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
    }

    private static byte[] modern(ClassFile classFile, ClassModel old) {
        return classFile.transformClass(old, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen((builder, element) -> builder.with(
                element instanceof ClassFileVersion ? ClassFileVersion.of(TARGET, 0) : element)));
    }
}
