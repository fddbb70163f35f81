package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import dev.gpux.provider.Build;
import dev.gpux.provider.placement.ProviderOpener;
import dev.gpux.provider.placement.SessionSource;
import java.nio.file.Path;

/** Opens the session that a GPUXfile describes. */
final class SessionOpener implements SessionSource {
    private final Gpuxfile gpuxfile;
    private final Path file;
    private final OpenOptions wanted;

    private SessionOpener(Gpuxfile gpuxfile, Path file, OpenOptions wanted) {
        this.gpuxfile = gpuxfile;
        this.file = file;
        this.wanted = wanted;
    }

    static OpenedSession open(Gpuxfile gpuxfile, Path named, OpenOptions wanted) {
        var choice = TunedChoice.of(gpuxfile, named, wanted);
        var file = choice.file(gpuxfile, named);
        // A digest in the GPUXfile vouches for the file; any other might be anybody's.
        if (gpuxfile.model().sha256().isEmpty() || !file.equals(named)) {
            ModelDiagnosis.requireSound(file);
        }
        var chosen = choice.tuning().map(found -> found.apply(wanted)).orElse(wanted);
        var opened = open(gpuxfile, file, chosen, new SessionOpener(gpuxfile, file, chosen));
        return choice.note().map(opened::noted).orElse(opened);
    }

    private static OpenedSession open(Gpuxfile gpuxfile, Path file, OpenOptions wanted, SessionOpener source) {
        var build = Build.current();
        try {
            if (build.isCpuOnly() && !ProviderWishes.any(gpuxfile, wanted)) {
                return OpenedSession.of(ProviderOpener.openOnCpu(build, source));
            }
            return new ProviderWishes(gpuxfile, wanted, file, build).open(source);
        } catch (OrtException e) {
            throw new ModelException(ModelDiagnosis.explain(file, Environment.get().version(), e.getMessage()), e);
        }
    }

    @Override
    public void configure(SessionOptions options) {
        var runtime = gpuxfile.runtime();
        var threads = runtime.threads();
        if (Environment.get().sharesThreads()) {
            options.useGlobalThreads();
        }
        // ORT would count the host's cores; the JVM knows what the container may use.
        options.intraOpThreads(wanted.intraThreads()
            .orElse(threads.intra().orElse(Runtime.getRuntime().availableProcessors())));
        threads.inter().ifPresent(options::interOpThreads);
        threads.spin().ifPresent(options::spin);
        wanted.level().ifPresent(options::graphOptimization);
        options.log(gpuxfile.name(), wanted.log());
        runtime.session().forEach(options::config);
        wanted.session().forEach(options::config);
        for (var library : runtime.customOps()) {
            options.customOps(gpuxfile.resolve(library));
        }
    }

    @Override
    public Session open(SessionOptions options) {
        return Session.open(file, options);
    }
}
