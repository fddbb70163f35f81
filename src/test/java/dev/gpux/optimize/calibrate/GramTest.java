package dev.gpux.optimize.calibrate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sums of products, and what becomes of them. */
class GramTest {
    private static void check(double[][] rows, int n) {
        var gram = new Gram(n);
        var sums = new double[n][n];
        for (var row : rows) {
            var floats = new float[n];
            for (int i = 0; i < n; i++) {
                floats[i] = (float) row[i];
                for (int j = 0; j < n; j++) {
                    sums[i][j] += row[i] * row[j];
                }
            }
            gram.add(floats);
        }
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += sums[i][i] / n;
        }
        var u = gram.inverseFactor();
        // UᵀU (H + 0.01 mean I) is the unit matrix.
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    double inverse = 0;
                    for (int m = 0; m < n; m++) {
                        inverse += u[m][i] * u[m][k];
                    }
                    sum += inverse * (sums[k][j] + (k == j ? 0.01 * mean : 0));
                }
                assertEquals(i == j ? 1 : 0, sum, 1e-3);
            }
        }
    }

    @Test
    void theFactorIsThatOfTheInverse() {
        check(new double[][] {{1, 0}, {1, 1}}, 2);
        var random = new Random(1);
        var rows = new double[40][7];
        for (var row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        check(rows, 7);
    }

    @Test
    void nothingSeenIsNoReasonToFail() {
        assertEquals(1, new Gram(3).inverseFactor()[0][0], 1e-6);
    }
}
