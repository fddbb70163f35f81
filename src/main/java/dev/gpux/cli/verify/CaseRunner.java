package dev.gpux.cli.verify;

import java.util.List;

/** Runs reference cases, one folder at a time, on one thread. */
interface CaseRunner extends AutoCloseable {
    /** One result for each case of the folder; what goes wrong with one is that one's result. */
    List<VerifiedCase> run(CaseFolder folder);

    @Override
    default void close() { }
}
