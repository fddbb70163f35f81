package dev.gpux.cli.common;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IFactory;

/**
 * Makes what picocli has to make: lists for repeatable options. Its own factory could make anything, and so begins with a
 * search for Groovy, for which the jar has to be opened.
 */
public final class PlainFactory implements IFactory {
    /** Makes one. */
    public PlainFactory() { }

    @Override
    public <K> K create(Class<K> type) {
        if (type == List.class) {
            return type.cast(new ArrayList<>());
        }
        throw new IllegalStateException("no option is a " + type);
    }
}
