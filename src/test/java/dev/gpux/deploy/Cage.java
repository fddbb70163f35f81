package dev.gpux.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A container without a container engine: an image's root file system, mounted read-only, entered by chroot in mount and
 * process namespaces of its own, with /proc and nothing else; as a user that no passwd file knows, where the tests run as
 * root.
 */
final class Cage {
    private static final String USER = "12345";
    /** What a container engine does, in words of the shell of this system; the image itself has none. */
    private static final String ENTER = """
        root=$1 user=$2; shift 2
        mount --bind "$root" "$root" && mount -t proc proc "$root/proc" || exit 99
        mount -o remount,bind,ro "$root" && cd / || exit 99
        PATH=$PATH:/usr/sbin:/sbin
        exec chroot $user "$root" "$@"
        """;

    private final Path root;

    private Cage(Path root) {
        this.root = root;
    }

    /** Makes one of the image; skips the test, or fails where everything is required, if this system lets nobody. */
    static Cage of(Path image) throws IOException, InterruptedException {
        // Some systems give namespaces to everybody, and then let nobody mount in them.
        var possible = Ended.of(hostPath(), unshare("mount", "--bind", "/tmp", "/tmp"));
        if (possible.code() != 0 && "1".equals(System.getenv("GPUX_REQUIRE_ALL"))) {
            throw new AssertionError("no namespaces here: " + possible);
        }
        assumeTrue(possible.code() == 0, "unshare(1) may not make namespaces and mount in them here");
        // As hard links, so on the same disk: the tests add a model, and the image is never changed.
        var root = Files.createTempDirectory(image.getParent(), "cage").resolve("root");
        var copied = Ended.of(hostPath(), "cp", "-al", image.toString(), root.toString());
        assertEquals(0, copied.code(), copied::toString);
        Files.createDirectories(root.resolve("proc"));
        return new Cage(root);
    }

    /** A folder of the image, seen from outside: for what is mounted into it. */
    Path folder(String inside) {
        return root.resolve(inside.substring(1));
    }

    /** The command that runs another one inside. */
    List<String> command(List<String> inside) {
        var command = new ArrayList<>(List.of(unshare("sh")));
        command.addAll(List.of("-c", ENTER, "cage", root.toString(), isRoot() ? "--userspec=" + USER + ":0" : ""));
        command.addAll(inside);
        return command;
    }

    Ended run(Map<String, String> environment, List<String> inside) throws IOException, InterruptedException {
        return Ended.of(environment, command(inside).toArray(String[]::new));
    }

    private static Map<String, String> hostPath() {
        return Map.of("PATH", System.getenv("PATH"));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String[] unshare(String... command) {
        var words = new ArrayList<>(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
        if (!isRoot()) {
            words.add("--map-root-user");
        }
        words.addAll(List.of(command));
        return words.toArray(String[]::new);
    }
}
