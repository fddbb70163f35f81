package dev.gpux.optimize;

import dev.gpux.onnx.Node;
import dev.gpux.onnx.OnnxModel;
import java.util.List;

/**
 * A model that was changed.
 *
 * @param model the new model; it reads from the old one's file, and from the {@link ScratchFile} if there was one
 * @param changed the nodes that were replaced, as they were, in their order
 * @param kept nodes that might have been replaced and were not, and why
 */
public record Changed(OnnxModel model, List<Node> changed, List<Kept> kept) {
    /**
     * A node that stays as it was.
     *
     * @param node the node
     * @param reason why
     */
    public record Kept(Node node, String reason) { }

    /** Keeps immutable copies. */
    public Changed {
        changed = List.copyOf(changed);
        kept = List.copyOf(kept);
    }
}
