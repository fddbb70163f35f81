package dev.gpux.provider;

import dev.gpux.ort.library.Platform;
import dev.gpux.ort.library.Platform.Os;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The device files through which Linux gives GPUs and NPUs to programs. */
public final class GpuNodes {
    private GpuNodes() { }

    /** Those that exist, sorted: {@code /dev/nvidia0}, {@code /dev/dri/renderD128}, {@code /dev/kfd}, … */
    public static List<String> present() {
        var nodes = new ArrayList<String>();
        list(Path.of("/dev"), "{nvidia[0-9]*,nvidiactl,nvidia-uvm,kfd,dxg,davinci[0-9]*}", nodes);
        list(Path.of("/dev/dri"), "renderD*", nodes);
        list(Path.of("/dev/accel"), "accel*", nodes);
        nodes.sort(null);
        return List.copyOf(nodes);
    }

    /**
     * Whether a graphics interface can only be one that a CPU imitates: Linux without any GPU's device file. False
     * where there is no telling.
     */
    public static boolean onlySoftware() {
        return Platform.current().os() == Os.LINUX && present().isEmpty();
    }

    private static void list(Path folder, String pattern, List<String> into) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
            found.forEach(path -> into.add(path.toString()));
        } catch (IOException e) {
            // A folder that may not be listed gives this process no device either.
        }
    }
}
