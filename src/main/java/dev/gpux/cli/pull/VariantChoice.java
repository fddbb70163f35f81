package dev.gpux.cli.pull;

import dev.gpux.cli.common.Quantity;
import dev.gpux.cli.pull.HubListing.HubFile;
import dev.gpux.engine.ModelException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which of the {@code .onnx} files of a repository to take. Repositories keep one model in several precisions:
 * {@code onnx/model.onnx}, {@code onnx/model_quantized.onnx}, {@code onnx/model_fp16.onnx}. Without a wish it is
 * {@code model.onnx}, the one that is as its authors made it.
 */
final class VariantChoice {
    /** The word for {@code model.onnx} itself. */
    static final String FULL = "full";

    private static final String EXTENSION = ".onnx";
    private static final String STANDARD = "model";

    private VariantChoice() { }

    /**
     * The file to take.
     *
     * @param wanted variants in the order of preference; none for {@link #FULL}
     * @throws ModelException if there is none of them; it lists what there is
     */
    static HubFile choose(HubListing listing, String repository, List<String> wanted) {
        var models = models(listing);
        if (models.isEmpty()) {
            throw new ModelException("the repository " + repository + " has no .onnx file; look for one with an ONNX "
                + "export, often of the same name by 'onnx-community' or 'Xenova'");
        }
        for (var variant : wanted.isEmpty() ? List.of(FULL) : wanted) {
            var found = models.stream().filter(file -> variant(file).equals(Optional.of(variant))).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
        }
        if (wanted.isEmpty() && models.size() == 1) {
            return models.getFirst();
        }
        throw new ModelException((wanted.isEmpty() ? "the repository " + repository + " has no model.onnx"
            : "the repository " + repository + " has no variant " + String.join(", ", wanted)) + "; it has "
            + models.stream().map(VariantChoice::shown).collect(Collectors.joining(", "))
            + ". Name one: hf://" + repository + "/FILE");
    }

    /** The other variants of the same model, for people. */
    static List<String> others(HubListing listing, HubFile chosen) {
        return models(listing).stream().filter(file -> !file.equals(chosen))
            .filter(file -> folder(file).equals(folder(chosen)) && variant(file).isPresent())
            .map(file -> variant(file).get() + size(file)).toList();
    }

    /** The shortest path first: a repository's own model before those of its parts. */
    private static List<HubFile> models(HubListing listing) {
        return listing.files().stream().filter(file -> file.name().endsWith(EXTENSION))
            .sorted(Comparator.comparingInt((HubFile file) -> folder(file).equals("onnx") ? 0 : 1)
                .thenComparingInt(file -> file.path().text().length()).thenComparing(HubFile::path)).toList();
    }

    private static String folder(HubFile file) {
        int slash = file.path().text().lastIndexOf('/');
        return file.path().text().substring(0, Math.max(0, slash));
    }

    /** {@code quantized} of {@code model_quantized.onnx}; empty for a file that is another model. */
    private static Optional<String> variant(HubFile file) {
        var stem = file.name().substring(0, file.name().length() - EXTENSION.length());
        if (stem.equals(STANDARD)) {
            return Optional.of(FULL);
        }
        return stem.startsWith(STANDARD + "_") ? Optional.of(stem.substring(STANDARD.length() + 1)) : Optional.empty();
    }

    private static String shown(HubFile file) {
        return file.path() + size(file);
    }

    private static String size(HubFile file) {
        var size = file.expected().size();
        return size.isPresent() ? " (" + Quantity.bytes(size.getAsLong()) + ")" : "";
    }
}
