package dev.gpux.provider;

import dev.gpux.ort.SelectionPolicy;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Not one provider but ORT's own choice among the devices that it found, its plugins' included
 * ({@code SessionOptionsSetEpSelectionPolicy}): {@code policy:prefer_gpu}.
 *
 * @param policy how it chooses
 */
public record OrtPolicy(SelectionPolicy policy) implements ExecutionProvider {
    /** What the name of a provider that stands for a policy begins with. */
    public static final String PREFIX = "policy:";

    @Override
    public boolean changesLayout() {
        return true;
    }

    @Override
    public ProviderInfo info() {
        var word = PREFIX + policy.name().toLowerCase(Locale.ROOT);
        return new ProviderInfo(word, word, word, Hardware.SEVERAL,
            EnumSet.allOf(Os.class), List.of(), "ONNX Runtime from 1.22 on");
    }

    @Override
    public Map<String, String> options() {
        return Map.of();
    }

    @Override
    public ExecutionProvider option(String key, String value) {
        throw new ProviderException(ProviderException.Kind.BAD_OPTION, info().name(),
            "a selection policy has no options; '" + key + "' belongs to a provider");
    }

    @Override
    public void append(SessionOptions to) {
        Appending.guarded(info(), Build.current(), () -> to.selectionPolicy(policy));
    }
}
