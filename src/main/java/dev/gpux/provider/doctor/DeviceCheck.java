package dev.gpux.provider.doctor;

import dev.gpux.provider.Build;
import dev.gpux.provider.GpuNodes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The GPUs that Linux knows of, and whether this process may use them. Elsewhere nothing is looked at.
 *
 * @param cards what is on the PCI bus
 * @param nodes the device files there are
 * @param inContainer whether this process runs in a container
 */
record DeviceCheck(List<Card> cards, List<String> nodes, boolean inContainer) {
    private static final String AREA = "GPU";
    private static final String NVIDIA = "0x10de";
    private static final String AMD = "0x1002";
    private static final String INTEL = "0x8086";

    /** A card by its maker's number ({@code 0x10de}). */
    record Card(String vendor, String address) {
        String maker() {
            return switch (vendor) {
                case NVIDIA -> "NVIDIA";
                case AMD -> "AMD";
                case INTEL -> "Intel";
                default -> "vendor " + vendor;
            };
        }
    }

    static DeviceCheck ofMachine() {
        return new DeviceCheck(cards(Path.of("/sys/bus/pci/devices")), GpuNodes.present(),
            ContainerCheck.isContainer());
    }

    /** Display controllers have class 0x03…, accelerators 0x12… (PCI code and ID assignment specification). */
    private static List<Card> cards(Path bus) {
        var cards = new ArrayList<Card>();
        if (!Files.isDirectory(bus)) {
            return cards;
        }
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(bus)) {
            for (var device : devices) {
                var kind = Files.readString(device.resolve("class")).strip();
                if (kind.startsWith("0x03") || kind.startsWith("0x12")) {
                    cards.add(new Card(Files.readString(device.resolve("vendor")).strip(),
                        device.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            // What the system does not tell cannot be checked.
        }
        return cards;
    }

    boolean hasNvidia() {
        return has(NVIDIA);
    }

    private boolean has(String vendor) {
        return cards.stream().anyMatch(card -> card.vendor().equals(vendor));
    }

    List<Finding> examine(Build build) {
        var findings = new ArrayList<Finding>();
        for (var card : cards) {
            findings.add(Finding.ok(AREA, card.maker() + " card at " + card.address()));
        }
        if (cards.isEmpty() && nodes.isEmpty()) {
            findings.add(Finding.note(AREA, "none is known to the system; models run on the CPU", ""));
        }
        // WSL gives every GPU through one file.
        boolean given = nodes.stream().anyMatch(node -> node.startsWith("/dev/nvidia") || node.equals("/dev/dxg"));
        if (hasNvidia() && !given) {
            findings.add(Finding.problem(AREA, "an NVIDIA card is there, but no device file /dev/nvidia0", inContainer
                ? "start the container with --gpus all (Docker, Podman with the NVIDIA container toolkit) or a "
                    + "nvidia.com/gpu resource (Kubernetes)"
                : "install NVIDIA's driver and load it: modprobe nvidia"));
        }
        if (has(AMD) && !nodes.contains("/dev/kfd") && needsKfd(build)) {
            findings.add(Finding.problem(AREA, "an AMD card is there, but no device file /dev/kfd", inContainer
                ? "start the container with --device /dev/kfd --device /dev/dri --group-add video"
                : "install the amdgpu driver with ROCm"));
        }
        for (var node : nodes) {
            var file = Path.of(node);
            if (!Files.isReadable(file) || !Files.isWritable(file)) {
                findings.add(Finding.problem(AREA, "this user may not use " + node, "add the user to the group that "
                    + "owns it (video or render): sudo usermod -aG video,render $USER, then log in again"));
            }
        }
        if (build.isCpuOnly() && (hasNvidia() || has(AMD))) {
            findings.add(Finding.note(AREA, "this build of ONNX Runtime has nothing for it", hasNvidia()
                ? "give a GPU build with --ort: the Maven artifact com.microsoft.onnxruntime:onnxruntime_gpu"
                : "give a build with MIGraphX or WebGPU with --ort"));
        }
        return findings;
    }

    private static boolean needsKfd(Build build) {
        return build.compiled().stream().anyMatch(name -> name.startsWith("MIGraphX") || name.startsWith("ROCM"));
    }
}
