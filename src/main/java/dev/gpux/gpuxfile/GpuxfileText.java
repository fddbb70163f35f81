package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * The text of a GPUXfile, to change single values in it; everything else stays as its author wrote it, comments among it.
 * Immutable.
 */
public final class GpuxfileText {
    private final Source source;
    private final int[] text;
    private final MappingNode root;

    /** A value in the text: from which character to which, counted in code points. */
    private record Span(int from, int to, String value) { }

    private GpuxfileText(String text, MappingNode root) {
        this.source = new Source(Gpuxfile.FILE_NAME, text);
        this.text = text.codePoints().toArray();
        this.root = root;
    }

    /**
     * Takes a text that {@link Gpuxfile#parse} has read without a problem.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    public static GpuxfileText of(String gpuxfile) {
        var clean = gpuxfile.startsWith("\uFEFF") ? gpuxfile.substring(1) : gpuxfile;
        var options = new LoaderOptions();
        options.setCodePointLimit(TreeReader.MAX_CHARACTERS);
        options.setNestingDepthLimit(TreeReader.MAX_NESTING);
        try {
            var parser = new ParserImpl(new StreamReader(clean), options);
            if (new Composer(parser, new Resolver(), options).getSingleNode() instanceof MappingNode root) {
                return new GpuxfileText(clean, root);
            }
        } catch (YAMLException e) {
            throw new IllegalArgumentException("not the text of a GPUXfile", e);
        }
        throw new IllegalArgumentException("not the text of a GPUXfile");
    }

    /** Whether the GPUXfile has a key at its top level. */
    public boolean has(String key) {
        return child(root, key).isPresent();
    }

    /**
     * Where a plain value stands, by the keys that lead to it; a number counts the items of a list. Empty if there is no
     * value, or one that has parts.
     */
    public Optional<Location> find(String... keys) {
        Optional<Node> node = Optional.of(root);
        for (var key : keys) {
            node = node.flatMap(parent -> child(parent, key));
        }
        return node.filter(ScalarNode.class::isInstance).map(Node::getStartMark)
            .map(mark -> source.at(mark.getLine() + 1, mark.getColumn() + 1));
    }

    private static Optional<Node> child(Node parent, String key) {
        return switch (parent) {
            case MappingNode map -> map.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key))
                .map(tuple -> tuple.getValueNode()).findFirst();
            case SequenceNode list -> list.getValue().stream().skip(Integer.parseInt(key)).findFirst();
            default -> Optional.empty();
        };
    }

    /**
     * The text with values replaced.
     *
     * @param values where a plain value stands → the path to put there. A place that already holds it stays as it is
     * @throws IllegalArgumentException if at a place there is no plain value
     */
    public String withPaths(Map<Location, String> values) {
        var changes = new ArrayList<Span>();
        values.forEach((place, value) -> {
            var scalar = scalarAt(root, place).orElseThrow(() ->
                new IllegalArgumentException("there is no plain value at " + place));
            if (!scalar.getValue().equals(value) || value.indexOf('$') >= 0) {
                changes.add(new Span(scalar.getStartMark().getIndex(), scalar.getEndMark().getIndex(), quoted(value)));
            }
        });
        return applied(changes);
    }

    /** The text with a name, for one that has none and would get that of its next folder. */
    public String withName(String name) {
        int start = root.getStartMark().getIndex();
        boolean flow = text[start] == '{';
        var indent = " ".repeat(root.getStartMark().getColumn());
        int at = flow ? start + 1 : start;
        return applied(List.of(new Span(at, at, "name: " + quoted(name) + (flow ? ", " : "\n" + indent))));
    }

    private String applied(List<Span> changes) {
        var sorted = changes.stream().distinct().sorted(Comparator.comparingInt(Span::from)).toList();
        var changed = new StringBuilder(text.length);
        int at = 0;
        for (var change : sorted) {
            append(changed, at, change.from());
            changed.append(change.value());
            // A block scalar takes its last line break along.
            if (change.to() > change.from() && text[change.to() - 1] == '\n') {
                changed.append('\n');
            }
            at = change.to();
        }
        append(changed, at, text.length);
        return changed.toString();
    }

    private void append(StringBuilder changed, int from, int to) {
        for (int i = from; i < to; i++) {
            changed.appendCodePoint(text[i]);
        }
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "$$") + '"';
    }

    private static Optional<ScalarNode> scalarAt(Node node, Location place) {
        return switch (node) {
            case ScalarNode scalar -> Optional.of(scalar).filter(s -> isAt(s.getStartMark(), place));
            case SequenceNode list -> first(list.getValue(), place);
            case MappingNode map -> first(map.getValue().stream().map(tuple -> tuple.getValueNode()).toList(), place);
            default -> Optional.empty();
        };
    }

    private static Optional<ScalarNode> first(List<Node> nodes, Location place) {
        for (var node : nodes) {
            var found = scalarAt(node, place);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isAt(Mark mark, Location place) {
        return mark.getLine() + 1 == place.line() && mark.getColumn() + 1 == place.column();
    }
}
