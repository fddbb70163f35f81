package dev.gpux.pipeline.detection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps, of boxes that overlap, the one with the best score (non-maximum suppression).
 *
 * @param overlap boxes that share more than this part of what they cover together are one thing
 * @param perClass whether boxes of different classes never are
 * @param most how many boxes are kept
 */
public record Suppression(double overlap, boolean perClass, int most) {
    /** Of the boxes with the best scores, this many are looked at: a model without a threshold proposes thousands. */
    private static final int MOST_CANDIDATES = 30_000;

    /** The best boxes, best first. */
    public List<Candidate> best(List<Candidate> candidates) {
        var sorted = new ArrayList<>(candidates);
        sorted.sort(Comparator.comparingDouble(Candidate::score).reversed());
        var kept = new ArrayList<Candidate>();
        for (int i = 0; i < Math.min(sorted.size(), MOST_CANDIDATES) && kept.size() < most; i++) {
            var candidate = sorted.get(i);
            if (kept.stream().noneMatch(better -> isSame(better, candidate))) {
                kept.add(candidate);
            }
        }
        return List.copyOf(kept);
    }

    private boolean isSame(Candidate better, Candidate candidate) {
        return (!perClass || better.index() == candidate.index()) && better.overlap(candidate) > overlap;
    }
}
