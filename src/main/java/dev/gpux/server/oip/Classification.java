package dev.gpux.server.oip;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.gpux.ort.ElementType;
import dev.gpux.ort.Shape;
import dev.gpux.ort.Tensor;
import dev.gpux.server.http.HttpException;
import java.util.ArrayList;
import java.util.List;

/** The classification extension: the best classes of each row of the last dimension, as {@code score:index}. */
final class Classification {
    private Classification() { }

    /** The shape of the answer: the output's, with {@code classes} in the place of the last dimension. */
    static Shape shape(Tensor scores, int classes) {
        var sizes = scores.shape().toArray();
        if (sizes.length == 0) {
            throw new HttpException(400, "a scalar has no classes");
        }
        sizes[sizes.length - 1] = Math.min(classes, sizes[sizes.length - 1]);
        return Shape.of(sizes);
    }

    /** The texts, row by row, the best first. */
    static List<String> best(Tensor scores, int classes) {
        if (scores.elementType() != ElementType.FLOAT32 && scores.elementType() != ElementType.FLOAT64) {
            throw new HttpException(400, "classes are asked of an output that is no FP32 or FP64");
        }
        var shape = shape(scores, classes);
        int wanted = (int) shape.size(shape.rank() - 1);
        int all = Math.toIntExact(scores.shape().size(scores.shape().rank() - 1));
        var texts = new ArrayList<String>();
        for (long row = 0; all > 0 && row < scores.shape().elements() / all; row++) {
            row(scores, row * all, all, wanted, texts);
        }
        return texts;
    }

    private static void row(Tensor scores, long first, int all, int wanted, List<String> texts) {
        var best = new int[wanted];
        int count = 0;
        for (int i = 0; i < all; i++) {
            double score = at(scores, first + i);
            int place = count;
            while (place > 0 && score > at(scores, first + best[place - 1])) {
                place--;
            }
            if (place < wanted) {
                count = Math.min(wanted, count + 1);
                System.arraycopy(best, place, best, place + 1, count - 1 - place);
                best[place] = i;
            }
        }
        for (int i = 0; i < count; i++) {
            texts.add((scores.elementType() == ElementType.FLOAT32 ? Float.toString((float) at(scores, first + best[i]))
                : Double.toString(at(scores, first + best[i]))) + ":" + best[i]);
        }
    }

    private static double at(Tensor scores, long index) {
        return scores.elementType() == ElementType.FLOAT32
            ? scores.segment().get(JAVA_FLOAT_UNALIGNED, index * Float.BYTES)
            : scores.segment().get(JAVA_DOUBLE_UNALIGNED, index * Double.BYTES);
    }
}
