package dev.gpux.optimize.calibrate;

/**
 * The sums of products of each two channels of an activation, which say how errors of weights add up; XᵀX for rows X.
 * For one thread.
 */
public final class Gram {
    /** More would take more memory and time than it is worth. */
    static final int MOST = 2048;
    /** What is added to the diagonal, as a part of its mean: calibration never sees everything. */
    private static final double DAMPING = 0.01;

    private final double[][] sums;

    Gram(int size) {
        sums = new double[size][size];
    }

    /** Adds a row. */
    void add(float[] row) {
        for (int i = 0; i < row.length; i++) {
            float factor = row[i];
            var sum = sums[i];
            for (int j = i; j < row.length; j++) {
                sum[j] += factor * row[j];
            }
        }
    }

    /** How many channels there are. */
    public int size() {
        return sums.length;
    }

    /**
     * The upper triangular U with UᵀU = H⁻¹, for H = XᵀX with a little more on the diagonal: row k says how an error of
     * channel k is best made good by the channels behind it.
     */
    public float[][] inverseFactor() {
        int n = sums.length;
        double mean = 0;
        for (int i = 0; i < n; i++) {
            mean += sums[i][i] / n;
        }
        double damping = mean > 0 ? DAMPING * mean : 1;
        // H = R Rᵀ with R upper triangular, from the last column on; then U = R⁻¹. r holds the columns of R as rows.
        var r = new double[n][n];
        for (int j = n - 1; j >= 0; j--) {
            var column = r[j];
            for (int i = 0; i <= j; i++) {
                column[i] = sums[i][j];
            }
            column[j] += damping;
            for (int k = j + 1; k < n; k++) {
                double factor = r[k][j];
                var other = r[k];
                for (int i = 0; i <= j; i++) {
                    column[i] -= factor * other[i];
                }
            }
            double root = Math.sqrt(Math.max(column[j], damping * DAMPING));
            for (int i = 0; i < j; i++) {
                column[i] /= root;
            }
            column[j] = root;
        }
        return inverse(r, n);
    }

    /** The inverse of an upper triangular matrix that is given by columns. */
    private static float[][] inverse(double[][] columns, int n) {
        // Row i of the inverse: u[i] = (e_i − Σ_{k<j} u[k] R[k][j]) / R[j][j], column by column.
        var inverse = new float[n][n];
        var row = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                double sum = i == j ? 1 : 0;
                var column = columns[j];
                for (int k = i; k < j; k++) {
                    sum -= row[k] * column[k];
                }
                row[j] = sum / column[j];
                inverse[i][j] = (float) row[j];
            }
        }
        return inverse;
    }
}
