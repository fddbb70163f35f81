package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Environment;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.Session;
import dev.gpux.ort.SessionOptions;
import java.nio.file.Path;

/** Opens the session that a GPUXfile describes. */
final class SessionOpener {
    private SessionOpener() { }

    static Session open(Gpuxfile gpuxfile, Path file, OpenOptions wanted) {
        // A digest in the GPUXfile vouches for the file; any other might be anybody's.
        if (gpuxfile.model().sha256().isEmpty()) {
            ModelDiagnosis.requireSound(file);
        }
        try (var options = new SessionOptions()) {
            configure(options, gpuxfile, wanted);
            return Session.open(file, options);
        } catch (OrtException e) {
            throw new ModelException(ModelDiagnosis.explain(file, Environment.get().version(), e.getMessage()), e);
        }
    }

    private static void configure(SessionOptions options, Gpuxfile gpuxfile, OpenOptions wanted) {
        var runtime = gpuxfile.runtime();
        var threads = runtime.threads();
        // ORT would count the host's cores; the JVM knows what the container may use.
        options.intraOpThreads(wanted.intraThreads()
            .orElse(threads.intra().orElse(Runtime.getRuntime().availableProcessors())));
        threads.inter().ifPresent(options::interOpThreads);
        threads.spin().ifPresent(options::spin);
        options.log(gpuxfile.name(), wanted.log());
        runtime.session().forEach(options::config);
        wanted.session().forEach(options::config);
        for (var library : runtime.customOps()) {
            options.customOps(gpuxfile.resolve(library));
        }
    }
}
