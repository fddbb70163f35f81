package dev.gpux.ort;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Which outputs of a session are small tensors whose shape no input changes, so that a run need not let ORT make them
 * and ask for their type and shape, but gives it a {@link SpareTensor} for each.
 *
 * <p>What a model declares is read after some runs, since a short command should not pay for it, and believed only where
 * the last of these runs gave just that: declarations can be wrong (skl2onnx's {@code output_label} is {@code [1]} for
 * any number of rows). Should a later run give something else, ORT fails that run, {@link RunCall} does it again in the
 * old way, and {@link #distrust} ends it. Nothing remains of the failed run, for operators have no effects but their
 * outputs; a run that can be terminated is not done in this way, so none is done again that somebody ended.
 * Thread-safe.
 */
final class FixedOutputs {
    /** So many runs of a session are done without. */
    static final int WATCHED = 100;

    /** An output's type and shape; {@link #OPEN} where each run decides. */
    record Known(ElementType elementType, Shape shape) {
        static final Known OPEN = new Known(ElementType.STRING, Shape.SCALAR);
    }

    private final SessionSignature signature;
    private final MemorySegment session;
    // Threads that race here watch some runs more, or read the declarations twice.
    private int watched;
    private volatile List<Known> outputs = List.of();

    /** @param isPossible whether outputs of this session can be given memory at all */
    FixedOutputs(SessionSignature signature, MemorySegment session, boolean isPossible) {
        this.signature = signature;
        this.session = session;
        this.watched = isPossible ? 0 : WATCHED + 1;
    }

    /** One for each output of the session; empty while it is not known, or where an output is not a tensor. */
    List<Known> outputs() {
        return outputs;
    }

    /** Looks at what a run without spare tensors gave for all outputs. */
    void watch(Outputs results) {
        if (watched <= WATCHED && watched++ == WATCHED) {
            try {
                outputs = known(results);
            } catch (IllegalStateException e) {
                // The session was closed since the run, which has its results all the same.
                outputs = List.of();
            }
        }
    }

    private List<Known> known(Outputs results) {
        int count = results.names().size();
        var known = new ArrayList<Known>(count);
        for (int i = 0; i < count; i++) {
            if (!(signature.outputs(session).get(i).type() instanceof ValueType.TensorType declared)
                || !(results.get(i) instanceof Tensor given)) {
                return List.of();
            }
            // Without dimensions it is a scalar's declaration, or none.
            boolean isFixed = !declared.dimensions().isEmpty() && SpareTensor.has(given.elementType(), given.shape())
                && declared.elementType() == given.elementType()
                && declared.fixedShape().filter(given.shape()::equals).isPresent();
            known.add(isFixed ? new Known(given.elementType(), given.shape()) : Known.OPEN);
        }
        return List.copyOf(known);
    }

    /** A run failed with what this class knows, and did not without. */
    void distrust() {
        outputs = List.of();
    }
}
