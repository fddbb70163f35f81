package dev.gpux.store.remote;

import java.time.Duration;

/**
 * How patient downloads are.
 *
 * @param attempts how many failures in a row, without a byte in between, are too many
 * @param firstPause the pause after the first of them; each further one is twice as long
 * @param longestPause no pause is longer, not even if the server asks for it
 * @param stall a connection on which so long nothing arrives is given up
 */
public record Settings(int attempts, Duration firstPause, Duration longestPause, Duration stall) {
    /** Five attempts, pauses of half a second, one, two and four; half a minute without a byte is a stall. */
    public static final Settings STANDARD = new Settings(5, Duration.ofMillis(500), Duration.ofSeconds(60),
        Duration.ofSeconds(30));

    /** With another number of attempts. */
    public Settings withAttempts(int number) {
        return new Settings(number, firstPause, longestPause, stall);
    }

    /** With another length of a stall. */
    public Settings withStall(Duration duration) {
        return new Settings(attempts, firstPause, longestPause, duration);
    }

    /** The pause after so many failures in a row. */
    Duration pause(int failures) {
        var pause = firstPause.multipliedBy(1L << Math.min(failures - 1, 20));
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
