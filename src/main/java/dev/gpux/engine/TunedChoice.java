package dev.gpux.engine;

import dev.gpux.engine.Tuning.Variant;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.ort.Environment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether what {@code gpux tune} found holds for a model that is being opened. It does on the machine and with the
 * model that were measured, unless the GPUXfile or who opens the model says something else; nobody shall wonder which.
 *
 * @param tuning what holds
 * @param note what whoever asked should know: that it is used, or why not; empty if there is nothing to use
 */
record TunedChoice(Optional<Tuning> tuning, Optional<String> note) {
    private static final TunedChoice NOTHING = new TunedChoice(Optional.empty(), Optional.empty());

    static TunedChoice of(Gpuxfile gpuxfile, Path file, OpenOptions wanted) {
        if (!wanted.tuned()) {
            return NOTHING;
        }
        return Tuning.read(gpuxfile.folder()).map(tuning -> objection(gpuxfile, file, wanted, tuning)
            .map(why -> new TunedChoice(Optional.empty(), Optional.of("the setting that 'gpux tune' noted in "
                + Tuning.FILE_NAME + " is not used: " + why)))
            .orElseGet(() -> new TunedChoice(Optional.of(tuning), Optional.of(words(tuning))))).orElse(NOTHING);
    }

    private static String words(Tuning tuning) {
        return "as tuned for this machine: " + tuning.setting() + " (" + Tuning.FILE_NAME + ")"
            + (Environment.get().sharesThreads() ? "; its threads have no effect, since all models share theirs" : "");
    }

    /** Why it is not used. */
    private static Optional<String> objection(Gpuxfile gpuxfile, Path file, OpenOptions wanted, Tuning tuning) {
        if (wanted.intraThreads().isPresent() || wanted.level().isPresent() || !wanted.providers().isEmpty()
            || wanted.require().isPresent() || wanted.strict() || !wanted.providerOptions().isEmpty()) {
            return Optional.of("threads or providers are asked for here");
        }
        if (contradicts(gpuxfile, tuning)) {
            return Optional.of("the GPUXfile says other threads or providers");
        }
        if (!tuning.model().equals(Tuning.thisModel(gpuxfile, file))) {
            return Optional.of("the model's file is another one than was measured; 'gpux tune' measures this one");
        }
        if (!tuning.machine().equals(Tuning.thisMachine())) {
            return Optional.of("it is for another machine, " + tuning.machine() + "; 'gpux tune' measures this one");
        }
        if (tuning.variant().stream().anyMatch(variant -> !isThere(gpuxfile, variant))) {
            return Optional.of("the " + tuning.variant().get().precision() + " model that goes with it is missing or "
                + "another file; 'gpux tune' makes it again");
        }
        return Optional.empty();
    }

    /** A file elsewhere is none that was made for this. */
    private static boolean isThere(Gpuxfile gpuxfile, Variant variant) {
        try {
            var file = gpuxfile.folder().resolve(variant.file());
            return Path.of(variant.file()).getNameCount() == 1 && !variant.file().equals("..")
                && !variant.stamp().isEmpty() && variant.stamp().equals(Tuning.stamp(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** The file to open: the model's, or that which was made of it. */
    Path file(Gpuxfile gpuxfile, Path file) {
        return tuning.flatMap(Tuning::variant).map(variant -> gpuxfile.folder().resolve(variant.file())).orElse(file);
    }

    /** What {@code gpux tune --write} put into the GPUXfile says the same. */
    private static boolean contradicts(Gpuxfile gpuxfile, Tuning tuning) {
        var runtime = gpuxfile.runtime();
        return runtime.require().isPresent() || runtime.providers().stream().anyMatch(name ->
            !name.equals(OpenOptions.AUTO)) || runtime.threads().intra().stream().anyMatch(threads ->
            threads != tuning.threads()) || runtime.threads().spin().stream().anyMatch(spin -> spin != tuning.spin());
    }
}
