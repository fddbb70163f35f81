package dev.gpux.optimize.proof;

import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How much each node loses when it alone is changed: what is worth keeping as it was.
 *
 * @param node the node
 * @param loss 1 − the mean cosine of the outputs
 */
public record Sensitivity(Node node, double loss) {
    /** Makes a model of which all but some nodes are changed. */
    @FunctionalInterface
    public interface Change {
        /** The model with the nodes of these first outputs as they were. */
        OnnxModel keeping(Set<String> outputs);
    }

    /**
     * Measures each of {@code nodes}, worst first.
     *
     * @param prover what to compare with and on
     * @param folder where the models to be measured are written
     * @throws IOException if they cannot be written
     */
    public static List<Sensitivity> measure(List<Node> nodes, Change change, Prover prover, NewModelFile folder)
        throws IOException {
        var all = new HashSet<String>();
        nodes.forEach(node -> all.add(node.outputs().getFirst()));
        var results = new ArrayList<Sensitivity>();
        for (var node : nodes) {
            var others = new HashSet<>(all);
            others.remove(node.outputs().getFirst());
            folder.write(change.keeping(others), false);
            results.add(new Sensitivity(node, 1 - prover.outputs(folder.file()).stream()
                .mapToDouble(OutputError::meanCosine).average().orElse(1)));
        }
        results.sort(Comparator.comparingDouble(Sensitivity::loss).reversed());
        return List.copyOf(results);
    }
}
