package dev.gpux.gpuxfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML text → {@link Value}s. Stops at the node graph, so that no tag of the file ever constructs an object; tags and
 * merge keys are refused, and what aliases unfold to counts against a limit.
 */
final class TreeReader {
    static final int MAX_CHARACTERS = 1 << 20;
    static final int MAX_NESTING = 50;
    static final int MAX_VALUES = 100_000;

    /** The tag of unquoted scalars, which this reader types itself and only after variables are expanded. */
    private static final Tag PLAIN = new Tag("gpux:plain");

    private final Source source;
    private final Problems problems;
    private final Variables variables;
    private int values;

    TreeReader(Source source, Map<String, String> environment, Problems problems) {
        this.source = source;
        this.problems = problems;
        this.variables = new Variables(environment, problems);
    }

    /** The root of the document; empty if there is none, which is then among the problems. */
    Optional<Value> read(String text) {
        var node = compose(text);
        if (node.isEmpty() && problems.isEmpty()) {
            problems.add(source.whole(), "the file is empty", "a GPUXfile needs at least: model: {source: model.onnx}");
        }
        return node.map(root -> value(root, 0)).filter(_ -> values <= MAX_VALUES);
    }

    private Optional<Node> compose(String text) {
        var options = new LoaderOptions();
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setNestingDepthLimit(MAX_NESTING);
        // Nothing is constructed here, and this reader refuses tags in its own words.
        options.setTagInspector(_ -> true);
        try {
            var parser = new ParserImpl(new StreamReader(text), options);
            return Optional.ofNullable(new Composer(parser, new PlainResolver(), options).getSingleNode());
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            var message = message(e);
            problems.add(place(mark), "not valid YAML: " + message, SyntaxHint.of(message));
        } catch (ReaderException e) {
            problems.add(place(text, e.getPosition()),
                "not valid YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
        } catch (YAMLException e) {
            problems.add(source.whole(), "not valid YAML: " + e.getMessage());
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // The YAML parser lets its own slips through, as an escape beyond the last code point.
            problems.add(source.whole(), "not valid YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static String message(MarkedYAMLException e) {
        var problem = String.valueOf(e.getProblem());
        return problem.startsWith("but ") ? e.getContext() + ", " + problem : problem;
    }

    private Value value(Node node, int depth) {
        var at = place(node.getStartMark());
        if (++values > MAX_VALUES) {
            if (values == MAX_VALUES + 1) {
                problems.add(at, "the file has more than " + MAX_VALUES + " values, aliases unfolded");
            }
            return new Value.Null(at);
        }
        if (depth > MAX_NESTING) {
            problems.add(at, "nested deeper than " + MAX_NESTING + " levels; does an alias contain itself?");
            return new Value.Null(at);
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar, at);
            case SequenceNode sequence -> sequence(sequence, at, depth);
            case MappingNode mapping -> mapping(mapping, at, depth);
            default -> throw new IllegalStateException("a YAML node of kind " + node.getNodeId());
        };
    }

    private Value scalar(ScalarNode node, Location at) {
        boolean plain = node.getTag().equals(PLAIN);
        if (!plain && !node.getTag().equals(Tag.STR)) {
            refuseTag(node, at);
        }
        var text = node.getValue();
        boolean expanded = Variables.occurIn(text);
        if (expanded) {
            text = variables.expand(text, at);
        }
        return plain && !(expanded && text.isEmpty())
            ? CoreSchema.resolve(text, at)
            : new Value.Text(text, expanded, at);
    }

    private Value sequence(SequenceNode node, Location at, int depth) {
        if (!node.getTag().equals(Tag.SEQ)) {
            refuseTag(node, at);
        }
        var items = new ArrayList<Value>();
        for (var item : node.getValue()) {
            if (values > MAX_VALUES) {
                break;
            }
            items.add(value(item, depth + 1));
        }
        return new Value.Sequence(items, at);
    }

    private Value mapping(MappingNode node, Location at, int depth) {
        if (!node.getTag().equals(Tag.MAP)) {
            refuseTag(node, at);
        }
        var entries = new LinkedHashMap<String, Value>();
        var keys = new LinkedHashMap<String, Location>();
        for (var tuple : node.getValue()) {
            var keyAt = place(tuple.getKeyNode().getStartMark());
            if (values > MAX_VALUES) {
                break;
            }
            if (!(tuple.getKeyNode() instanceof ScalarNode keyNode) || keyNode.getValue().isBlank()) {
                problems.add(keyAt, "expected a name as the key");
                continue;
            }
            var key = keyNode.getValue();
            if (key.equals("<<")) {
                problems.add(keyAt, "merge keys (<<) are not supported", "write the entries out");
            } else if (keys.containsKey(key)) {
                problems.add(keyAt, "\"" + key + "\" is given twice, first in line " + keys.get(key).line());
            } else {
                keys.put(key, keyAt);
                entries.put(key, value(tuple.getValueNode(), depth + 1));
            }
        }
        return new Value.Mapping(entries, keys, at);
    }

    private void refuseTag(Node node, Location at) {
        problems.add(at, "tags are not supported, found " + node.getTag().getValue(), "remove it");
    }

    private Location place(Mark mark) {
        return mark == null ? source.whole() : source.at(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The place of a code point; the reader that refuses it does not count lines. */
    private Location place(String text, int codePoints) {
        int index = text.offsetByCodePoints(0, Math.clamp(codePoints, 0, text.codePointCount(0, text.length())));
        int line = 1;
        int start = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < index; i = text.indexOf('\n', i + 1)) {
            line++;
            start = i + 1;
        }
        return source.at(line, text.codePointCount(start, index) + 1);
    }

    /** Tells unquoted scalars from all others and leaves their type open. */
    private static final class PlainResolver extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            // None: YAML 1.1's types are not wanted.
        }

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            return switch (kind) {
                case sequence -> Tag.SEQ;
                case mapping -> Tag.MAP;
                default -> implicit ? PLAIN : Tag.STR;
            };
        }
    }
}
