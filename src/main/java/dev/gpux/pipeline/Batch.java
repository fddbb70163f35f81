package dev.gpux.pipeline;

import dev.gpux.ort.Tensor;
import dev.gpux.ort.Value;
import dev.gpux.pipeline.image.Picture;
import dev.gpux.pipeline.image.PictureException;
import dev.gpux.pipeline.image.PictureReader;
import dev.gpux.pipeline.image.Placement;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * One run of a pipeline: what people gave, item by item, the tensors that the model reads, what it gave, and the answers.
 * Belongs to one thread; its tensors live in its arena.
 */
public final class Batch {
    private final Arena arena;
    private final List<Map<String, Input>> items;
    private final Map<Part, Picture> pictures = new HashMap<>();
    private final Map<Part, Placement> placements = new HashMap<>();
    private final int[] rows;
    private final Map<String, Padded> padded = new HashMap<>();
    private final SequencedMap<String, Chunks> chunks = new LinkedHashMap<>();
    private final SequencedMap<String, Value> modelInputs = new LinkedHashMap<>();
    private final SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    private final SequencedMap<String, List<Answer>> answers = new LinkedHashMap<>();

    /**
     * An axis of one of the model's inputs along which rows of different length were padded.
     *
     * @param axis counted from 0
     * @param lengths of each row, without the padding
     * @param atFront whether the padding comes first
     */
    public record Padded(int axis, int[] lengths, boolean atFront) { }

    /** An input of one item. */
    private record Part(int item, String input) { }

    /** A batch of {@code items}, one or more, each a complete set of inputs by name. */
    public Batch(Arena arena, List<Map<String, Input>> items) {
        this.arena = arena;
        this.items = items.stream().<Map<String, Input>>map(HashMap::new).toList();
        this.rows = new int[items.size()];
        Arrays.fill(rows, 1);
    }

    /** Where the tensors of this run are made. */
    public Arena arena() {
        return arena;
    }

    /** The number of items. */
    public int size() {
        return items.size();
    }

    /**
     * What was given for an input of one item, or what a step made of it.
     *
     * @throws PipelineException if nothing was
     */
    public Input input(int item, String name) {
        var input = items.get(item).get(name);
        if (input == null) {
            throw new PipelineException("input '" + name + "' is missing");
        }
        return input;
    }

    /** Makes {@code value} what the steps after this one, or the model, read as {@code name} of an item. */
    public void put(int item, String name, Input value) {
        items.get(item).put(name, value);
    }

    /**
     * The text given for an input of one item.
     *
     * @throws PipelineException if nothing was given, or no text
     */
    public String text(int item, String name) {
        if (input(item, name) instanceof Input.Text(var text)) {
            return text;
        }
        throw new PipelineException("input '" + name + "' takes text");
    }

    /**
     * The picture given for an input of one item; decoded once, whoever asks.
     *
     * @throws PipelineException if nothing was given, or no picture, or one of more than
     *     {@link PictureReader#MOST_PIXELS} pixels
     */
    public Picture picture(int item, String name) {
        return picture(item, name, PictureReader.MOST_PIXELS);
    }

    /** The same, with another limit for the number of pixels. */
    public Picture picture(int item, String name, long mostPixels) {
        return pictures.computeIfAbsent(new Part(item, name), _ -> switch (input(item, name)) {
            case Input.Decoded(var picture) -> picture;
            case Input.Encoded(var bytes, var file) -> decoded(bytes, name, file, mostPixels);
            default -> throw new PipelineException("input '" + name + "' takes a picture");
        });
    }

    private static Picture decoded(byte[] bytes, String name, String file, long mostPixels) {
        try {
            return PictureReader.read(bytes, mostPixels);
        } catch (PictureException e) {
            throw new PipelineException("input '" + name + "': " + file + ": " + e.getMessage(), e);
        }
    }

    /** Remembers where the picture of one item lies in the tensor that was made of it. */
    public void place(int item, String name, Placement placement) {
        placements.put(new Part(item, name), placement);
    }

    /**
     * Where the picture of one item lies in the tensor that was made of it.
     *
     * @throws PipelineException if no tensor was made of it
     */
    public Placement placement(int item, String name) {
        var placement = placements.get(new Part(item, name));
        if (placement == null) {
            throw new PipelineException("no step made a tensor of the picture '" + name + "'");
        }
        return placement;
    }

    /**
     * The texts given for an input of one item that may take several.
     *
     * @throws PipelineException if nothing was given, or anything but text
     */
    public List<String> texts(int item, String name) {
        return switch (input(item, name)) {
            case Input.Text(var text) -> List.of(text);
            case Input.Several(var inputs) -> inputs.stream().map(input -> {
                if (input instanceof Input.Text(var text)) {
                    return text;
                }
                throw new PipelineException("input '" + name + "' takes text");
            }).toList();
            default -> throw new PipelineException("input '" + name + "' takes text");
        };
    }

    /**
     * The tensor given for an input of one item.
     *
     * @throws PipelineException if nothing was given, or no tensor
     */
    public Tensor tensor(int item, String name) {
        if (input(item, name) instanceof Input.Numbers(Tensor tensor)) {
            return tensor;
        }
        throw new PipelineException("input '" + name + "' takes a tensor");
    }

    /** Says that an item takes {@code count} rows of the model's batch dimension; it takes one unless a step says so. */
    public void rows(int item, int count) {
        rows[item] = count;
    }

    /** How many rows of the model's batch dimension an item takes. */
    public int rows(int item) {
        return rows[item];
    }

    /** The first of an item's rows. */
    public int firstRow(int item) {
        return Arrays.stream(rows, 0, item).sum();
    }

    /** The rows of all items. */
    public int rows() {
        return firstRow(size());
    }

    /** Says that the model's input {@code name} was padded; its outputs are cut to the lengths again. */
    public void padded(String name, Padded how) {
        padded.put(name, how);
    }

    /** The model's inputs that were padded. */
    public Map<String, Padded> padded() {
        return padded;
    }

    /** Says that the model's input {@code name} is read in chunks, one run each. */
    public void chunks(String name, Chunks how) {
        chunks.put(name, how);
    }

    /** The model's inputs that are read in chunks. */
    public SequencedMap<String, Chunks> chunks() {
        return chunks;
    }

    /** Gives the model {@code value} as its input {@code name}. */
    public void give(String name, Value value) {
        modelInputs.put(name, value);
    }

    /** What the model reads. */
    public SequencedMap<String, Value> modelInputs() {
        return modelInputs;
    }

    /** An input of the model that a step made and another needs again, such as the attention mask. */
    public Tensor modelInput(String name) {
        return asTensor(modelInputs.get(name), "input", name);
    }

    /** Adds an output: the model's, or one that a step made of others. */
    public void output(String name, Value value) {
        outputs.put(name, value);
    }

    /**
     * An output that is a tensor.
     *
     * @throws PipelineException if there is none, or it is no tensor
     */
    public Tensor output(String name) {
        return asTensor(outputs.get(name), "output", name);
    }

    private static Tensor asTensor(Value value, String kind, String name) {
        if (value instanceof Tensor tensor) {
            return tensor;
        }
        throw new PipelineException("the model's " + kind + " '" + name + "' is "
            + (value == null ? "missing" : "not a tensor"));
    }

    /** Takes an output out: it is used up and no answer by itself. */
    public void consume(String name) {
        outputs.remove(name);
    }

    /** The outputs that are not used up. */
    public SequencedMap<String, Value> outputs() {
        return outputs;
    }

    /** Adds an answer: one for each item. */
    public void answer(String name, List<Answer> perItem) {
        answers.put(name, List.copyOf(perItem));
    }

    /** The answers that steps made. */
    public SequencedMap<String, List<Answer>> answers() {
        return answers;
    }
}
