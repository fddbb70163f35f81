package dev.gpux.cli.build;

import dev.gpux.cli.argument.ModelArgument;
import dev.gpux.cli.argument.OrtLibrary;
import dev.gpux.cli.argument.ProviderArguments;
import dev.gpux.cli.argument.StoreNames;
import dev.gpux.cli.common.Command;
import dev.gpux.cli.common.CommonOptions;
import dev.gpux.cli.common.ExitCode;
import dev.gpux.cli.common.Failure;
import dev.gpux.cli.common.Interruption;
import dev.gpux.cli.common.Terminal;
import dev.gpux.cli.common.UsageException;
import dev.gpux.cli.common.Version;
import dev.gpux.cli.pull.Puller;
import dev.gpux.cli.pull.TransferProgress;
import dev.gpux.engine.BundleContents;
import dev.gpux.engine.GoldenTests;
import dev.gpux.engine.Model;
import dev.gpux.engine.ModelException;
import dev.gpux.engine.OpenOptions;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.gpuxfile.ModelSource;
import dev.gpux.ort.Environment;
import dev.gpux.ort.SessionOptions.GraphOptimization;
import dev.gpux.store.Digest;
import dev.gpux.store.Manifest;
import dev.gpux.store.ModelName;
import dev.gpux.store.Staging;
import dev.gpux.store.Store;
import dev.gpux.store.Tagged;
import dev.gpux.store.remote.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code gpux build}: a model, checked and with all that it needs, into the store. */
public final class BuildCommand implements Command {
    private static final String TAG = "--tag";
    private static final String OPTIMIZE = "--optimize";

    @Override
    public CommandSpec spec() {
        var spec = CommonOptions.withModel(CommonOptions.command("build",
            "Check a model, run its golden tests, and put it into the store with all that it needs.",
            "  gpux build                        as NAME:VERSION and NAME:latest, from the GPUXfile here",
            "  gpux build -t digits:best model.onnx",
            "  gpux build -p cuda --require gpu  checked on that provider",
            "  gpux build --optimize extended    with the graph optimised for that provider once and for all"));
        spec.addOption(OptionSpec.builder("-t", TAG).paramLabel("NAME[:TAG]").arity("1").type(List.class)
            .auxiliaryTypes(String.class).description("What to call it in the store, repeatable.").build());
        spec.addOption(CommonOptions.option(String.class, "LEVEL", "Have ONNX Runtime optimise the graph for the provider "
            + "at hand and store that: basic, extended, or all (for this kind of machine only). The golden tests are run "
            + "again.", OPTIMIZE));
        ProviderArguments.addTo(spec);
        return spec;
    }

    /** What is to be built. */
    private record Source(Gpuxfile gpuxfile, Optional<String> text, List<ModelName> names, OpenOptions options,
                          Optional<GraphOptimization> optimize, String ort) {
        Path folder() {
            return gpuxfile.folder();
        }
    }

    @Override
    public ExitCode execute(ParseResult arguments, Terminal terminal) throws IOException {
        var optimize = level(arguments);
        var store = Store.local(System.getenv());
        var gpuxfile = read(arguments, store);
        fetch(arguments, terminal, store, gpuxfile);
        var text = Gpuxfile.isGpuxfile(gpuxfile.source())
            ? Optional.of(Gpuxfile.readText(gpuxfile.source())) : Optional.<String>empty();
        var environment = OrtLibrary.start(arguments, gpuxfile.runtime().library().map(gpuxfile::resolve), terminal);
        var source = new Source(gpuxfile, text, names(arguments, gpuxfile),
            ProviderArguments.apply(arguments, OpenOptions.standard()), optimize, environment.version());
        var report = new BuildReport(arguments, terminal);
        var before = unchanged(store, source);
        if (before.isPresent()) {
            report.done(before.get(), tag(store, source, before.get().bundle()), true);
            return ExitCode.OK;
        }
        try (var model = Model.open(gpuxfile, source.options()); var _ = Interruption.ending(model::terminate)) {
            var results = GoldenTests.run(model);
            if (!report.tests(results)) {
                return ExitCode.CHECK_FAILED;
            }
            var built = optimize.isEmpty() ? Optional.of(build(store, source, model, Optional.empty(), results.size()))
                : optimized(store, source, model, report);
            if (built.isEmpty()) {
                return ExitCode.CHECK_FAILED;
            }
            if (text.isPresent()) {
                writeLock(built.get().lock(), source.folder(), terminal);
            }
            report.done(built.get().lock(), built.get().tagged(), false);
            return ExitCode.OK;
        }
    }

    /** Builds the optimised model, if it still passes the golden tests. */
    private static Optional<Built> optimized(Store store, Source source, Model model, BuildReport report)
        throws IOException {
        try (var optimized = OptimizedModel.of(model, source.optimize().orElseThrow());
             var opened = Model.open(optimized.gpuxfile(), source.options());
             var _ = Interruption.ending(opened::terminate)) {
            var results = GoldenTests.run(opened);
            return report.tests(results)
                ? Optional.of(build(store, source, opened, Optional.of(optimized), results.size())) : Optional.empty();
        }
    }

    private static Optional<GraphOptimization> level(ParseResult arguments) {
        return Optional.ofNullable(arguments.<String>matchedOptionValue(OPTIMIZE, null)).map(word -> switch (word) {
            case "basic" -> GraphOptimization.BASIC;
            case "extended" -> GraphOptimization.EXTENDED;
            case "all" -> GraphOptimization.ALL;
            default -> throw new UsageException(OPTIMIZE + " takes basic, extended or all, not '" + word + "'");
        });
    }

    private static Gpuxfile read(ParseResult arguments, Store store) {
        var gpuxfile = ModelArgument.read(CommonOptions.model(arguments));
        if (gpuxfile.folder().startsWith(store.home())) {
            throw new UsageException(CommonOptions.model(arguments).orElse("this") + " is in the store already; "
                + "'gpux tag' gives it another name");
        }
        return gpuxfile;
    }

    /** A model on the net is pulled first, unless it was before. */
    private static void fetch(ParseResult arguments, Terminal terminal, Store store, Gpuxfile gpuxfile)
        throws IOException {
        var source = gpuxfile.model().source();
        if (source instanceof ModelSource.File || store.openSource(source.toString()).isPresent()) {
            return;
        }
        var main = Thread.currentThread();
        try (var _ = Interruption.ending(main::interrupt)) {
            new Puller(store, System.getenv(), Settings.STANDARD,
                new TransferProgress(terminal, CommonOptions.has(arguments, CommonOptions.QUIET)))
                .pull(new Puller.Request(source, List.of(), gpuxfile.model().sha256().flatMap(Digest::parse),
                    Optional.empty()));
        }
    }

    private static List<ModelName> names(ParseResult arguments, Gpuxfile gpuxfile) {
        var given = arguments.<List<String>>matchedOptionValue(TAG, List.of());
        if (!given.isEmpty()) {
            return given.stream().map(StoreNames::parse).distinct().toList();
        }
        var latest = new ModelName(gpuxfile.name(), ModelName.LATEST);
        var names = new LinkedHashSet<ModelName>();
        gpuxfile.version().ifPresent(version -> names.add(latest.withTag(version)));
        names.add(latest);
        return List.copyOf(names);
    }

    /** What the lock says, if nothing changed since: neither a file nor what it was checked with. */
    private static Optional<BuildLock> unchanged(Store store, Source source) throws IOException {
        // What a variable holds may have changed without a trace in the text.
        if (source.text().isEmpty() || source.text().get().contains("${")) {
            return Optional.empty();
        }
        var lock = BuildLock.read(source.folder());
        if (lock.isEmpty() || !lock.get().gpuxfile().equals(digest(source.text().get()))
            || !lock.get().gpux().equals(Version.GPUX) || !lock.get().onnxruntime().equals(source.ort())
            || !lock.get().options().equals(options(source)) || !store.isComplete(lock.get().bundle())) {
            return Optional.empty();
        }
        for (var file : lock.get().files()) {
            var path = source.gpuxfile().resolve(file.source());
            if (!Files.isRegularFile(path) || Files.size(path) != file.size()
                || !Digest.ofFile(path).equals(file.digest())) {
                return Optional.empty();
            }
        }
        return lock;
    }

    private static String options(Source source) {
        return (String.join(",", source.options().providers()) + " "
            + source.options().require().map(word -> "require " + word).orElse("")
            + (source.options().strict() ? " strict" : "")
            + source.optimize().map(level -> " optimize " + level.name().toLowerCase(Locale.ROOT)).orElse("")).strip();
    }

    private static Digest digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Tagged> tag(Store store, Source source, Digest bundle) throws IOException {
        var tagged = new ArrayList<Tagged>();
        var manifest = store.manifest(bundle);
        for (var name : source.names()) {
            store.find(name).filter(found -> found.bundle().equals(bundle)).ifPresent(tagged::add);
        }
        if (tagged.size() == source.names().size() || manifest.isEmpty()) {
            return tagged;
        }
        try (var staging = store.stage()) {
            for (var file : manifest.get().files()) {
                staging.reuse(file.path(), file.digest(), file.size());
            }
            return commit(staging, source.names(), manifest.get());
        }
    }

    private static List<Tagged> commit(Staging staging, List<ModelName> names, Manifest manifest)
        throws IOException {
        var bundles = new LinkedHashMap<ModelName, Manifest>();
        names.forEach(name -> bundles.put(name, manifest));
        return staging.commit(bundles);
    }

    private record Built(BuildLock lock, List<Tagged> tagged) { }

    private static Built build(Store store, Source source, Model model, Optional<OptimizedModel> optimized, int tests)
        throws IOException {
        var latency = Latency.measure(model);
        var contents = BundleContents.of(model, optimized.isEmpty() ? source.text()
            : optimized.get().text(source.text()));
        try (var staging = store.stage()) {
            var entries = new ArrayList<Manifest.Entry>();
            var files = new ArrayList<BuildLock.LockedFile>();
            for (var file : contents.files().entrySet()) {
                var entry = staging.add(file.getKey(), file.getValue());
                entries.add(entry);
                var from = optimized.map(one -> one.source(file.getValue())).orElse(file.getValue());
                boolean same = from.equals(file.getValue());
                files.add(new BuildLock.LockedFile(entry.path().text(), where(source.folder(), from),
                    same ? entry.size() : Files.size(from), same ? entry.digest() : Digest.ofFile(from)));
            }
            entries.add(staging.add(contents.gpuxfilePath(),
                contents.gpuxfileText().getBytes(StandardCharsets.UTF_8)));
            var manifest = new Manifest(entries);
            requireReadable(contents);
            var tagged = commit(staging, source.names(), manifest);
            return new Built(new BuildLock(source.gpuxfile().name(), manifest.digest(),
                digest(source.text().orElse(contents.gpuxfileText())), files, Version.GPUX,
                Environment.get().version(), options(source), model.provider(), Device.of(model), tests, latency),
                tagged);
        }
    }

    /** The text was changed by program: what is stored must be what was checked. */
    private static void requireReadable(BundleContents contents) {
        var gpuxfile = Gpuxfile.parse(contents.gpuxfileText(), Path.of(contents.gpuxfilePath().text()), System.getenv());
        if (!gpuxfile.model().source().toString().replace('\\', '/').equals(contents.model().text())) {
            throw new ModelException("the model's path in the GPUXfile cannot be changed to its place in "
                + "the bundle; write it on one line, without an anchor");
        }
    }

    /** As the lock names it: relative to the GPUXfile where that leads down. */
    private static String where(Path folder, Path file) {
        var root = folder.normalize();
        return (file.startsWith(root) ? root.relativize(file) : file).toString().replace('\\', '/');
    }

    private static void writeLock(BuildLock lock, Path folder, Terminal terminal) {
        try {
            lock.write(folder);
        } catch (IOException e) {
            terminal.err().println("note: the model is in the store, but " + folder.resolve(BuildLock.FILE_NAME)
                + " could not be written: " + Failure.of(e).message());
        }
    }
}
