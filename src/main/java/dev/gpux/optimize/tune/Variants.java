package dev.gpux.optimize.tune;

import dev.gpux.engine.ModelException;
import dev.gpux.gpuxfile.Gpuxfile;
import dev.gpux.onnx.OnnxFormatException;
import dev.gpux.onnx.OnnxModel;
import dev.gpux.optimize.Changed;
import dev.gpux.optimize.OptimizeException;
import dev.gpux.optimize.ScratchFile;
import dev.gpux.optimize.ValueTypes;
import dev.gpux.optimize.fp16.HalfConverter;
import dev.gpux.optimize.fp16.HalfOptions;
import dev.gpux.optimize.proof.NewModelFile;
import dev.gpux.optimize.proof.Proof;
import dev.gpux.optimize.proof.Prover;
import dev.gpux.optimize.quantize.DynamicOptions;
import dev.gpux.optimize.quantize.DynamicQuantizer;
import dev.gpux.optimize.quantize.Keep;
import dev.gpux.ort.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model with other numbers, beside the GPUXfile, as long as their answers agree: those that hold on the evidence run
 * against the original, and one may be kept. {@link #close()} drops the rest. For one thread.
 */
public final class Variants implements AutoCloseable {
    private final Gpuxfile gpuxfile;
    private final Map<Precision, NewModelFile> files = new EnumMap<>(Precision.class);
    private final Map<Precision, Proof> proofs = new EnumMap<>(Precision.class);
    private final Map<String, String> failures = new LinkedHashMap<>();

    private Variants(Gpuxfile gpuxfile) {
        this.gpuxfile = gpuxfile;
    }

    /**
     * Makes the model with other numbers, and compares.
     *
     * @param file the model's file
     * @param prover compares with the original
     * @param bar what must hold, besides the golden tests
     * @throws IOException if nothing can be written beside the GPUXfile
     */
    public static Variants make(Gpuxfile gpuxfile, Path file, Collection<Precision> precisions, Prover prover,
                                Proof.Bar bar) throws IOException {
        var variants = new Variants(gpuxfile);
        if (precisions.stream().allMatch(Precision.ORIGINAL::equals)) {
            return variants;
        }
        try (var model = OnnxModel.open(file)) {
            for (var precision : precisions) {
                if (precision != Precision.ORIGINAL) {
                    variants.add(precision, model, prover, bar);
                }
            }
            return variants;
        } catch (IOException | RuntimeException | Error e) {
            variants.close();
            throw e;
        }
    }

    private void add(Precision precision, OnnxModel model, Prover prover, Proof.Bar bar) throws IOException {
        var place = NewModelFile.at(target(precision));
        files.put(precision, place);
        try (var scratch = ScratchFile.in(place.folder())) {
            var changed = change(precision, model, scratch, place);
            if (changed.changed().isEmpty()) {
                throw new OptimizeException("there is nothing to change");
            }
            place.write(changed.model(), false);
            var proof = prover.compare(place.file(), place.bytes());
            var violations = proof.violations(bar);
            if (!violations.isEmpty()) {
                throw new OptimizeException("its answers differ: " + String.join("; ", violations));
            }
            proofs.put(precision, proof);
        } catch (OptimizeException | OnnxFormatException | OrtException | ModelException e) {
            failures.put(precision.word(), String.valueOf(e.getMessage()));
            files.remove(precision).close();
        }
    }

    private static Changed change(Precision precision, OnnxModel model, ScratchFile scratch, NewModelFile place)
        throws IOException {
        return precision == Precision.FP16 ? HalfConverter.convert(model, ValueTypes.of(model, place.folder()),
            scratch, new HalfOptions(false, Keep.NONE))
            : DynamicQuantizer.quantize(model, scratch, DynamicOptions.standard());
    }

    private Path target(Precision precision) {
        return gpuxfile.folder().resolve(gpuxfile.name().replaceAll("[^A-Za-z0-9._-]", "-") + ".tuned-"
            + precision.word() + ".onnx");
    }

    /** The original and what agrees with it, ready to be opened. */
    public Map<Precision, Gpuxfile> models() {
        var models = new EnumMap<Precision, Gpuxfile>(Precision.class);
        models.put(Precision.ORIGINAL, gpuxfile);
        files.forEach((precision, file) -> models.put(precision, Prover.withModel(gpuxfile, file.file())));
        return models;
    }

    /** How what agrees compares with the original. */
    public Map<Precision, Proof> proofs() {
        return Map.copyOf(proofs);
    }

    /** What cannot be had or does not agree, and why. */
    public Map<String, String> failures() {
        return new LinkedHashMap<>(failures);
    }

    /**
     * Puts one in its place beside the GPUXfile.
     *
     * @return its file
     * @throws IOException if it cannot be moved there
     */
    public Path keep(Precision precision) throws IOException {
        files.get(precision).keep();
        return target(precision);
    }

    @Override
    public void close() throws IOException {
        for (var file : files.values()) {
            file.close();
        }
    }
}
