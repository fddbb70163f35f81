package dev.gpux.provider;

import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.SessionOptions;
import dev.gpux.ort.library.Platform.Os;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A provider that GPUX has no class for: one of a plugin library, appended with the devices it brings
 * ({@code RegisterExecutionProviderLibrary}, {@code SessionOptionsAppendExecutionProvider_V2}), or one that ORT's
 * generic call knows by this name.
 *
 * @param name ORT's name for it
 * @param library the plugin library to register before it is appended
 * @param options by the provider's keys; {@value #LIBRARY} is not among them
 */
public record Named(String name, Optional<Path> library, Map<String, String> options) implements ExecutionProvider {
    /** The option, of GPUX and not of the provider, that names the plugin library. */
    public static final String LIBRARY = "library";

    /** Checks the options. */
    public Named {
        options = new OptionTable(name).checked(options);
    }

    /** A provider that ORT's generic call knows, or a registered plugin. */
    public static Named of(String name) {
        return new Named(name, Optional.empty(), Map.of());
    }

    /** A provider of a plugin library. */
    public static Named ofPlugin(String name, Path library) {
        return new Named(name, Optional.of(library), Map.of());
    }

    @Override
    public Named option(String key, String value) {
        if (key.equals(LIBRARY)) {
            return new Named(name, Optional.of(Path.of(value)), options);
        }
        var entries = new LinkedHashMap<>(options);
        entries.put(key, value);
        return new Named(name, library, Collections.unmodifiableMap(entries));
    }

    @Override
    public boolean changesLayout() {
        return true;
    }

    @Override
    public ProviderInfo info() {
        return new ProviderInfo(name, name, name, Hardware.SEVERAL,
            EnumSet.allOf(Os.class), List.of(), library.isPresent()
            ? "the plugin library " + library.get()
            : "a plugin library (option " + LIBRARY + "), or a build that knows it");
    }

    @Override
    public void append(SessionOptions to) {
        var build = Build.current();
        library.ifPresent(this::register);
        var devices = Build.pluginDevices(name);
        if (library.isPresent() && devices.isEmpty()) {
            throw new ProviderException(ProviderException.Kind.REFUSED, name, "the plugin library " + library.get()
                + " has no device for '" + name + "' on this machine; it has "
                + Environment.get().devices().stream().map(device -> device.provider()).distinct().toList());
        }
        Appending.guarded(info(), build, () -> {
            if (devices.isEmpty()) {
                to.appendProvider(name, options);
            } else {
                to.appendDevices(devices, options);
            }
        });
    }

    private void register(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ProviderException(ProviderException.Kind.NOT_LOADED, name,
                "there is no plugin library " + path + " for '" + name + "'");
        }
        if (!Build.pluginDevices(name).isEmpty()) {
            return;
        }
        try {
            Environment.get().registerProviderLibrary(name, path.toAbsolutePath());
        } catch (OrtException e) {
            throw new ProviderException(ProviderException.Kind.NOT_LOADED, name, "the plugin library " + path
                + " cannot be used: " + OrtWords.plain(e.getMessage()), e);
        }
    }
}
