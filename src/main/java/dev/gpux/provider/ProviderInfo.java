package dev.gpux.provider;

import dev.gpux.ort.library.Platform.Os;
import java.util.List;
import java.util.Set;

/**
 * What is known of an execution provider, wherever it runs.
 *
 * @param name the name that people write: {@code cuda}
 * @param label the name that people read: {@code CUDA}
 * @param ortName ORT's name: {@code CUDAExecutionProvider}
 * @param hardware what it runs on
 * @param systems the operating systems that it exists for
 * @param aliases other names that people write
 * @param found which builds of ONNX Runtime have it; a clause without a full stop
 */
public record ProviderInfo(String name, String label, String ortName, Hardware hardware, Set<Os> systems,
                           List<String> aliases, String found) {
    /** The CPU. */
    public static final ProviderInfo CPU = new ProviderInfo("cpu", "the CPU", "CPUExecutionProvider", Hardware.CPU,
        Set.of(Os.LINUX, Os.MACOS, Os.WINDOWS), List.of(), "every build");

    /** Keeps immutable copies. */
    public ProviderInfo {
        systems = Set.copyOf(systems);
        aliases = List.copyOf(aliases);
    }

    /** Whether {@code text} means this provider; case and separators do not matter. */
    public boolean isCalled(String text) {
        var plain = plain(text);
        return plain.equals(plain(name)) || plain.equals(plain(ortName))
            || aliases.stream().anyMatch(alias -> plain.equals(plain(alias)));
    }

    private static String plain(String text) {
        var plain = new StringBuilder(text.length());
        text.chars().filter(Character::isLetterOrDigit).map(Character::toLowerCase)
            .forEach(c -> plain.append((char) c));
        return plain.toString();
    }
}
