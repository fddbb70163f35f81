package dev.gpux.pipeline.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where special tokens and texts stand in a row ({@code post_processor}). All kinds of post-processors that have an
 * influence on ids come down to this.
 *
 * @param single the row of one text
 * @param pair the row of two texts; empty if the file describes none
 */
record Template(List<Slot> single, List<Slot> pair) {
    private static final String SUPPORTED =
            "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence";

    /** No special tokens; the second text has type id 1. */
    static final Template PLAIN = new Template(List.of(Slot.first(0)), List.of(Slot.first(0), Slot.second(1)));

    /**
     * A place in a row.
     *
     * @param id a special token's id, {@link #FIRST} or {@link #SECOND}
     * @param type token type id
     */
    record Slot(int id, int type) {
        static final int FIRST = -1;
        static final int SECOND = -2;

        static Slot first(int type) {
            return new Slot(FIRST, type);
        }

        static Slot second(int type) {
            return new Slot(SECOND, type);
        }

        boolean isText() {
            return id < 0;
        }
    }

    Template {
        single = List.copyOf(single);
        pair = List.copyOf(pair);
    }

    /** The same without special tokens. */
    Template withoutSpecialTokens() {
        return new Template(texts(single), texts(pair));
    }

    /** Number of special tokens in a row. */
    int specialTokens(boolean ofPair) {
        int count = 0;
        List<Slot> slots = ofPair ? pair : single;
        for (int i = 0; i < slots.size(); i++) {
            count += slots.get(i).isText() ? 0 : 1;
        }
        return count;
    }

    /** Reads a {@code post_processor} object. */
    static Template read(JsonValue json) {
        return readOptional(json).orElse(PLAIN);
    }

    /** Empty if the post-processor has no influence on ids. */
    private static Optional<Template> readOptional(JsonValue json) {
        return switch (json.type()) {
            case "TemplateProcessing" -> Optional.of(readTemplate(json));
            case "BertProcessing" -> Optional.of(readBert(json));
            case "RobertaProcessing" -> Optional.of(readRoberta(json));
            case "ByteLevel" -> Optional.empty();
            case "Sequence" -> {
                List<Template> found = json.list("processors").stream()
                        .map(Template::readOptional)
                        .flatMap(Optional::stream)
                        .toList();
                if (found.size() > 1) {
                    throw json.error("has " + found.size()
                            + " processors that add special tokens, expected one at most");
                }
                yield found.stream().findFirst();
            }
            default -> throw json.unsupported("post-processor", SUPPORTED);
        };
    }

    private static Template readTemplate(JsonValue json) {
        JsonValue special = json.get("special_tokens");
        List<Slot> single = readSlots(json.get("single"), special);
        List<Slot> pair = readSlots(json.get("pair"), special);
        if (!has(single, Slot.FIRST) || has(single, Slot.SECOND)) {
            throw json.get("single").error("has to contain the sequence A, and not B");
        }
        if (!pair.isEmpty() && !(has(pair, Slot.FIRST) && has(pair, Slot.SECOND))) {
            throw json.get("pair").error("has to contain the sequences A and B");
        }
        return new Template(single, pair);
    }

    private static boolean has(List<Slot> slots, int id) {
        return slots.stream().anyMatch(slot -> slot.id() == id);
    }

    private static List<Slot> readSlots(JsonValue template, JsonValue specialTokens) {
        var slots = new ArrayList<Slot>();
        for (JsonValue piece : template.asList()) {
            Optional<JsonValue> sequence = piece.find("Sequence");
            if (sequence.isPresent()) {
                int type = sequence.get().integer("type_id", 0);
                JsonValue id = sequence.get().get("id");
                slots.add(switch (id.asString()) {
                    case "A" -> Slot.first(type);
                    case "B" -> Slot.second(type);
                    default -> throw id.error("is \"" + id.asString() + "\", expected A or B");
                });
            } else {
                JsonValue token = piece.get("SpecialToken");
                int type = token.integer("type_id", 0);
                specialTokens.get(token.get("id").asString()).list("ids")
                        .forEach(id -> slots.add(new Slot(id.asInt(), type)));
            }
        }
        return slots;
    }

    private static Template readBert(JsonValue json) {
        var start = new Slot(tokenId(json.get("cls")), 0);
        var separator = new Slot(tokenId(json.get("sep")), 0);
        var end = new Slot(separator.id(), 1);
        return new Template(List.of(start, Slot.first(0), separator),
                List.of(start, Slot.first(0), separator, Slot.second(1), end));
    }

    private static Template readRoberta(JsonValue json) {
        var start = new Slot(tokenId(json.get("cls")), 0);
        var separator = new Slot(tokenId(json.get("sep")), 0);
        return new Template(List.of(start, Slot.first(0), separator),
                List.of(start, Slot.first(0), separator, separator, Slot.second(0), separator));
    }

    /** The id of a {@code ["[SEP]", 102]}. */
    private static int tokenId(JsonValue pair) {
        List<JsonValue> items = pair.asList();
        if (items.size() != 2) {
            throw pair.error("has " + items.size() + " items, expected a token and its id");
        }
        return items.get(1).asInt();
    }

    private static List<Slot> texts(List<Slot> slots) {
        return slots.stream().filter(Slot::isText).toList();
    }
}
