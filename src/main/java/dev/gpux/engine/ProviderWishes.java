package dev.gpux.engine;

import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.OrtException;
import dev.gpux.ort.library.LibraryRequest;
import dev.gpux.ort.library.OwnFolder;
import dev.gpux.provider.Build;
import dev.gpux.provider.Cuda;
import dev.gpux.provider.EngineCache;
import dev.gpux.provider.ExecutionProvider;
import dev.gpux.provider.OrtWords;
import dev.gpux.provider.ProviderException;
import dev.gpux.provider.Providers;
import dev.gpux.provider.TensorRt;
import dev.gpux.provider.cuda.CudaDevice;
import dev.gpux.provider.cuda.CudaException;
import dev.gpux.provider.cuda.CudaStream;
import dev.gpux.provider.placement.ProviderOpener;
import dev.gpux.provider.placement.ProviderOpener.Opened;
import dev.gpux.provider.placement.ProviderReport;
import dev.gpux.provider.placement.SessionSource;
import dev.gpux.provider.selection.Demand;
import dev.gpux.provider.selection.ProbeCache;
import dev.gpux.provider.selection.Selector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What the GPUXfile and whoever opens the model want of the providers, put together. */
final class ProviderWishes {
    private final Gpuxfile gpuxfile;
    private final OpenOptions wanted;
    private final Path model;
    private final Build build;
    private final Path cache = LibraryRequest.standard().cache();

    ProviderWishes(Gpuxfile gpuxfile, OpenOptions wanted, Path model, Build build) {
        this.build = build;
        this.gpuxfile = gpuxfile;
        this.wanted = wanted;
        this.model = model;
        // A name that is no provider's would be an option that nobody ever reads.
        gpuxfile.runtime().options().keySet().forEach(name -> named(name, "runtime.options"));
        wanted.providerOptions().keySet().forEach(Providers::named);
    }

    /** Whether anybody wishes anything: most GPUXfiles do not, and then a build without providers need not be asked. */
    static boolean any(Gpuxfile gpuxfile, OpenOptions wanted) {
        var runtime = gpuxfile.runtime();
        return !wanted.providers().isEmpty() || wanted.require().isPresent() || wanted.strict()
            || !runtime.providers().isEmpty() || runtime.require().isPresent() || !runtime.options().isEmpty()
            || runtime.memory().isPresent() || !wanted.providerOptions().isEmpty();
    }

    /** Opens a session as wished: on a stream of its own where runs shall be recorded, to wait for replays there. */
    OpenedSession open(SessionSource source) {
        if (!recordsGraphs()) {
            var opened = OpenedSession.of(open(source, this::configure));
            return opened.session().recordsGraphs()
                ? opened.noted("runs are not recorded: GPUX records those of CUDA alone") : opened;
        }
        CudaStream stream;
        try {
            stream = CudaDevice.open(cuda().device()).stream();
        } catch (CudaException e) {
            // CUDA cannot be used then, and says so itself.
            return OpenedSession.of(open(source, this::unrecorded));
        }
        try {
            return open(source, stream);
        } catch (OrtException e) {
            // Control flow, or nodes on the CPU: a model that cannot be recorded runs all the same.
            stream.close();
            return OpenedSession.of(open(source, this::unrecorded))
                .noted("runs are not recorded: " + OrtWords.plain(e.getMessage()));
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
    }

    private OpenedSession open(SessionSource source, CudaStream stream) {
        var opened = open(source, provider -> configure(provider) instanceof Cuda cuda
            ? cuda.stream(stream.handle()) : configure(provider));
        if (opened.report().selection().chain().stream().noneMatch(Cuda.class::isInstance)) {
            stream.close();
            return OpenedSession.of(opened);
        }
        boolean first = opened.report().provider().equals(Cuda.INFO);
        var session = new OpenedSession(opened, Optional.of(stream), first);
        return first ? session : session.noted("runs are not recorded: " + opened.report().provider().label()
            + " comes before CUDA");
    }

    private Opened open(SessionSource source, UnaryOperator<ExecutionProvider> configure) {
        var selector = new Selector(build, new ProbeCache(cache.resolve("probes")), configure);
        var opened = new ProviderOpener(build, selector).open(demand(), source);
        return new Opened(opened.session(), opened.report().withNotes(notes(opened.report())));
    }

    private Cuda cuda() {
        return (Cuda) configure(Cuda.standard());
    }

    private boolean recordsGraphs() {
        return build.has(Cuda.INFO) && cuda().recordsGraphs();
    }

    private ExecutionProvider unrecorded(ExecutionProvider provider) {
        return configure(provider) instanceof Cuda cuda ? cuda.graph(false) : configure(provider);
    }

    /** Wishes that nobody could fulfil. */
    private List<String> notes(ProviderReport report) {
        var memory = gpuxfile.runtime().memory();
        var chain = report.selection().chain();
        if (memory.isEmpty() || chain.stream().anyMatch(provider -> provider.memoryLimit(1).isPresent())) {
            return List.of();
        }
        return List.of("runtime.memory has no effect: " + report.provider().label() + " has no limit of its own");
    }

    private Demand demand() {
        var names = wanted.providers().isEmpty() ? gpuxfile.runtime().providers() : wanted.providers();
        boolean automatic = names.isEmpty() || names.equals(List.of(OpenOptions.AUTO));
        return new Demand(automatic ? List.of() : names.stream().map(name -> named(name, "providers")).toList(),
            wanted.require().or(gpuxfile.runtime()::require), wanted.strict(), wanted.explain());
    }

    private ExecutionProvider named(String name, String where) {
        try {
            return Providers.named(name);
        } catch (ProviderException e) {
            throw new ProviderException(e.kind(), name, gpuxfile.source() + ": " + where + ": " + e.getMessage());
        }
    }

    private ExecutionProvider configure(ExecutionProvider provider) {
        var configured = provider;
        if (gpuxfile.runtime().memory().isPresent()) {
            configured = configured.memoryLimit(gpuxfile.runtime().memory().getAsLong()).orElse(configured);
        }
        for (var entry : gpuxfile.runtime().options().entrySet()) {
            if (Providers.named(entry.getKey()).info().equals(provider.info())) {
                configured = configured.withOptions(entry.getValue());
            }
        }
        for (var entry : wanted.providerOptions().entrySet()) {
            if (Providers.named(entry.getKey()).info().equals(provider.info())) {
                configured = configured.withOptions(entry.getValue());
            }
        }
        return configured instanceof TensorRt tensorRt ? cached(tensorRt) : configured;
    }

    /** TensorRT compiles for minutes; what it made is kept unless the GPUXfile says otherwise. */
    private ExecutionProvider cached(TensorRt provider) {
        if (provider.options().containsKey("trt_engine_cache_enable")) {
            return provider;
        }
        var folder = EngineCache.folder(cache, provider.info().name(), model, build);
        try {
            OwnFolder.create(cache, folder);
            return provider.cache(folder).withOptions(Map.copyOf(provider.options()));
        } catch (IOException e) {
            // It compiles again next time; so it does where others could put their engine in the place of this one.
            return provider;
        }
    }
}
