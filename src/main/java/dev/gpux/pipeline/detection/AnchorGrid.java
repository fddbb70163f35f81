package dev.gpux.pipeline.detection;

import java.util.ArrayList;
import java.util.List;

/**
 * One head of a detector with anchors: for each cell of a grid and each anchor, how far and how much larger a box is, as YOLO
 * models write it before any decoding.
 *
 * @param stride the pixels of a cell
 * @param anchors width and height of each anchor, in pixels
 * @param squared whether sizes are (2 sigmoid)² of the anchor's and centres reach half a cell further (YOLO 4 and later), or
 *     exponential (YOLO 2 and 3)
 */
public record AnchorGrid(int stride, float[] anchors, boolean squared) {
    /**
     * The boxes with at least a score.
     *
     * @param numbers [anchors, 5 + classes, height, width] if {@code channelsFirst}, else [anchors, height, width, 5 + classes]:
     *     centre, size, how likely there is anything, and each class, all before the sigmoid
     */
    public List<Candidate> read(float[] numbers, int classes, int height, int width, boolean channelsFirst, double score) {
        var found = new ArrayList<Candidate>();
        int fields = 5 + classes;
        int cells = height * width;
        for (int anchor = 0; anchor < anchors.length / 2; anchor++) {
            for (int cell = 0; cell < cells; cell++) {
                int start = channelsFirst ? anchor * fields * cells + cell : (anchor * cells + cell) * fields;
                int step = channelsFirst ? cells : 1;
                double something = sigmoid(numbers[start + 4 * step]);
                if (something < score) {
                    continue;
                }
                int best = 0;
                for (int i = 1; i < classes; i++) {
                    best = numbers[start + (5 + i) * step] > numbers[start + (5 + best) * step] ? i : best;
                }
                double sure = something * sigmoid(numbers[start + (5 + best) * step]);
                if (sure >= score) {
                    found.add(box(numbers, start, step, anchor, cell % width, cell / width, best, (float) sure));
                }
            }
        }
        return found;
    }

    private Candidate box(float[] numbers, int start, int step, int anchor, int column, int row, int index, float score) {
        double reach = squared ? 2 : 1;
        double x = (reach * sigmoid(numbers[start]) - (reach - 1) / 2 + column) * stride;
        double y = (reach * sigmoid(numbers[start + step]) - (reach - 1) / 2 + row) * stride;
        double width = anchors[2 * anchor] * growth(numbers[start + 2 * step]);
        double height = anchors[2 * anchor + 1] * growth(numbers[start + 3 * step]);
        return new Candidate((float) (x - width / 2), (float) (y - height / 2), (float) (x + width / 2),
            (float) (y + height / 2), index, score);
    }

    private double growth(float number) {
        return squared ? Math.pow(2 * sigmoid(number), 2) : Math.exp(Math.min(number, 20));
    }

    private static double sigmoid(double number) {
        return 1 / (1 + Math.exp(-number));
    }
}
