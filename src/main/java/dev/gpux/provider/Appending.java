package dev.gpux.provider;

import dev.gpux.ort.LogMessage;
import dev.gpux.ort.LogSeverity;
import dev.gpux.ort.OrtException;
import dev.gpux.provider.ProviderException.Kind;
import dev.gpux.provider.natives.KnownLibrary;
import java.nio.file.Path;
import java.util.ArrayList;

/** Makes an append call and says in words why it did not work. */
final class Appending {
    private Appending() { }

    /**
     * Makes {@code call}.
     *
     * @throws ProviderException if the library was built without the provider, then without calling; or if the call
     *     fails
     */
    static void append(ProviderInfo info, Runnable call) {
        var build = Build.current();
        if (!build.has(info)) {
            throw notCompiled(info, build);
        }
        guarded(info, build, call);
    }

    /** As {@link #append}, where only ORT knows whether it has the provider. */
    static void guarded(ProviderInfo info, Build build, Runnable call) {
        try (var log = LogCapture.from(LogSeverity.ERROR)) {
            try {
                call.run();
            } catch (OrtException e) {
                var texts = new ArrayList<>(log.messages().stream().map(LogMessage::text).toList());
                texts.add(e.getMessage());
                throw LoadError.in(texts).map(error -> notLoaded(info, build, error, e))
                    .orElseGet(() -> refused(info, e));
            }
        }
    }

    static ProviderException notCompiled(ProviderInfo info, Build build) {
        return new ProviderException(Kind.NOT_COMPILED, info.name(), build + " was built without " + info.label()
            + "; it has " + build.describe() + ". " + info.label() + " is in " + info.found()
            + ": give such a library with --ort, GPUX_ORT or runtime.library.");
    }

    private static ProviderException notLoaded(ProviderInfo info, Build build, LoadError error, OrtException cause) {
        var file = Path.of(error.library()).getFileName();
        if (error.ownLibraryIsMissing()) {
            return new ProviderException(Kind.NOT_LOADED, info, file + " is missing beside " + build.library(),
                ". Give a complete build of ONNX Runtime with " + info.label() + " with --ort or GPUX_ORT: "
                    + info.found() + ".", cause);
        }
        if (error.missing().isEmpty()) {
            return new ProviderException(Kind.NOT_LOADED, info, file + " cannot be loaded: " + error.words(),
                ". 'gpux doctor' says more.", cause);
        }
        var missing = error.missing().get();
        var whose = KnownLibrary.of(missing)
            .map(known -> ". It belongs to " + known + ": " + known.install()).orElse("");
        return new ProviderException(Kind.NOT_LOADED, info, missing + " is missing, which " + file + " needs" + whose,
            ". 'gpux doctor' lists everything that is missing.", cause);
    }

    private static ProviderException refused(ProviderInfo info, OrtException cause) {
        return new ProviderException(Kind.REFUSED, info, OrtWords.plain(cause.getMessage()), "", cause);
    }
}
