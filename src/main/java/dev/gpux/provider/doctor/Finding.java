package dev.gpux.provider.doctor;

/**
 * Something that the doctor saw.
 *
 * @param level how bad it is
 * @param area what it is about: {@code CUDA}, {@code driver}, {@code cache}
 * @param what what it is; a clause without a full stop
 * @param advice what to do; empty if nothing has to be done
 */
public record Finding(Level level, String area, String what, String advice) {

    /** How bad a finding is, from good to bad. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Good to know. */
        NOTE,
        /** It works, but not well. */
        WARNING,
        /** Something does not work. */
        PROBLEM
    }

    static Finding ok(String area, String what) {
        return new Finding(Level.OK, area, what, "");
    }

    static Finding note(String area, String what, String advice) {
        return new Finding(Level.NOTE, area, what, advice);
    }

    static Finding warning(String area, String what, String advice) {
        return new Finding(Level.WARNING, area, what, advice);
    }

    static Finding problem(String area, String what, String advice) {
        return new Finding(Level.PROBLEM, area, what, advice);
    }
}
