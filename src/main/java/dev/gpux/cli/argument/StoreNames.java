package dev.gpux.cli.argument;

import dev.gpux.cli.common.UsageException;
import dev.gpux.gpuxfile.Suggestion;
import dev.gpux.store.ModelName;
import dev.gpux.store.Store;
import dev.gpux.store.StoreException;
import dev.gpux.store.StoredModel;
import dev.gpux.store.Tagged;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Names of the store as people write them. */
public final class StoreNames {
    private final Store store;

    public StoreNames(Store store) {
        this.store = store;
    }

    /**
     * Reads {@code name} or {@code name:tag}.
     *
     * @throws UsageException if it is something else
     */
    public static ModelName parse(String text) {
        return ModelName.parse(text).orElseThrow(() -> new UsageException("'" + text + "' is no name: expected NAME or "
            + "NAME:TAG, of letters, digits, '.', '_' and '-'"));
    }

    /** Takes a model into use; empty if there is none of that name. */
    Optional<StoredModel> find(ModelName name) throws IOException {
        return store.open(name);
    }

    /**
     * Takes a model into use.
     *
     * @throws StoreException if there is none of that name
     */
    public StoredModel open(ModelName name) throws IOException {
        var found = find(name);
        if (found.isEmpty()) {
            throw unknown(name);
        }
        return found.get();
    }

    /** Refuses a name that is not there; a damaged one is. */
    public void require(ModelName name) throws IOException {
        if (!store.damaged().contains(name) && store.find(name).isEmpty()) {
            throw unknown(name);
        }
    }

    private StoreException unknown(ModelName name) {
        var hint = hint(name);
        return new StoreException("there is no model '"
            + (name.tag().equals(ModelName.LATEST) ? name.name() : name) + "' in the store"
            + (hint.isEmpty() ? "" : "; " + hint));
    }

    /** What may have been meant by a name that is not there; may be empty. */
    String hint(ModelName name) {
        List<ModelName> all;
        try {
            all = store.list().stream().map(Tagged::name).toList();
        } catch (IOException e) {
            return "";
        }
        var tags = all.stream().filter(other -> other.name().equals(name.name())).map(ModelName::tag)
            .collect(Collectors.joining(", "));
        return !tags.isEmpty() ? name.name() + " has the tags " + tags
            : Suggestion.hint(name.name(), all.stream().map(ModelName::name).distinct().toList());
    }
}
