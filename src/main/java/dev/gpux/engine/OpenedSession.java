package dev.gpux.engine;

import dev.gpux.ort.Session;
import dev.gpux.provider.cuda.CudaStream;
import dev.gpux.provider.placement.ProviderOpener.Opened;
import dev.gpux.provider.placement.ProviderReport;
import java.util.ArrayList;
import java.util.Optional;

/**
 * A session, where it runs, and the stream that it computes on if that is not ORT's own.
 *
 * @param opened the session, and where it runs
 * @param stream to be closed after the session
 * @param recorded whether runs on that stream are to be recorded
 */
record OpenedSession(Opened opened, Optional<CudaStream> stream, boolean recorded) implements AutoCloseable {
    /** On whatever stream ORT takes. */
    static OpenedSession of(Opened opened) {
        return new OpenedSession(opened, Optional.empty(), false);
    }

    Session session() {
        return opened.session();
    }

    ProviderReport report() {
        return opened.report();
    }

    /** With one note more. */
    OpenedSession noted(String note) {
        var notes = new ArrayList<>(report().notes());
        notes.add(note);
        return new OpenedSession(new Opened(session(), report().withNotes(notes)), stream, recorded);
    }

    /** A second call does nothing. */
    @Override
    public void close() {
        session().close();
        stream.ifPresent(CudaStream::close);
    }
}
