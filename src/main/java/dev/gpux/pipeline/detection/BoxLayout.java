package dev.gpux.pipeline.detection;

import java.util.ArrayList;
import java.util.List;

/** How detectors write their boxes: rows of numbers for one picture. */
public enum BoxLayout {
    /** [4 + classes, boxes]: centre, size, a score for each class; of recent YOLO models. */
    YOLO {
        @Override
        public boolean fits(long rows, long columns) {
            return rows > 4;
        }

        @Override
        Candidate candidate(float[] numbers, int rows, int columns, int box) {
            int best = 4;
            for (int row = 5; row < rows; row++) {
                best = numbers[row * columns + box] > numbers[best * columns + box] ? row : best;
            }
            return centered(numbers[box], numbers[columns + box], numbers[2 * columns + box], numbers[3 * columns + box],
                best - 4, numbers[best * columns + box]);
        }

        @Override
        int boxes(int rows, int columns) {
            return columns;
        }
    },
    /** [boxes, 5 + classes]: centre, size, how likely there is anything, a score for each class; of YOLO models up to 7. */
    YOLO5 {
        @Override
        public boolean fits(long rows, long columns) {
            return columns > 5;
        }

        @Override
        Candidate candidate(float[] numbers, int rows, int columns, int box) {
            int at = box * columns;
            int best = best(numbers, at + 5, columns - 5);
            return centered(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], best,
                numbers[at + 4] * numbers[at + 5 + best]);
        }
    },
    /** [boxes, 4 + classes]: left, top, right, bottom, a score for each class. */
    CORNERS {
        @Override
        public boolean fits(long rows, long columns) {
            return columns > 4;
        }

        @Override
        Candidate candidate(float[] numbers, int rows, int columns, int box) {
            int at = box * columns;
            int best = best(numbers, at + 4, columns - 4);
            return new Candidate(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], best,
                numbers[at + 4 + best]);
        }
    },
    /** [boxes, 6]: left, top, right, bottom, score, class; of models that have chosen already. */
    FINAL {
        @Override
        public boolean fits(long rows, long columns) {
            return columns == 6;
        }

        @Override
        Candidate candidate(float[] numbers, int rows, int columns, int box) {
            int at = box * columns;
            return new Candidate(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3], (int) numbers[at + 5],
                numbers[at + 4]);
        }
    };

    /** Whether a picture's numbers can have this many rows and columns. */
    public abstract boolean fits(long rows, long columns);

    /** The boxes with at least a score; coordinates are the model's. */
    public List<Candidate> read(float[] numbers, int rows, int columns, double score) {
        var found = new ArrayList<Candidate>();
        for (int box = 0; box < boxes(rows, columns); box++) {
            var candidate = candidate(numbers, rows, columns, box);
            if (candidate.score() >= score && Float.isFinite(candidate.left() + candidate.top() + candidate.right()
                + candidate.bottom())) {
                found.add(candidate);
            }
        }
        return found;
    }

    abstract Candidate candidate(float[] numbers, int rows, int columns, int box);

    int boxes(int rows, int columns) {
        return rows;
    }

    private static int best(float[] numbers, int start, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = numbers[start + i] > numbers[start + best] ? i : best;
        }
        return best;
    }

    private static Candidate centered(float x, float y, float width, float height, int index, float score) {
        return new Candidate(x - width / 2, y - height / 2, x + width / 2, y + height / 2, index, score);
    }
}
