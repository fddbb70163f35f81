package dev.gpux.spark;

import dev.gpux.pipeline.Answer.Boxes.Box;
import dev.gpux.pipeline.Answer.Parts.Part;
import dev.gpux.pipeline.Answer.Reading;
import dev.gpux.pipeline.image.Quad;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.ArraySeq;

/** What was found and read in a picture, as columns: their types, and values of them. */
final class FoundColumns {
    /** {@code text string, score double}. */
    static final StructType READING = new StructType()
        .add("text", DataTypes.StringType, false).add("score", DataTypes.DoubleType, false);

    private static final StructType SIDES = new StructType()
        .add("left", DataTypes.DoubleType, false).add("top", DataTypes.DoubleType, false)
        .add("right", DataTypes.DoubleType, false).add("bottom", DataTypes.DoubleType, false);
    private static final ArrayType CORNERS = DataTypes.createArrayType(new StructType()
        .add("x", DataTypes.DoubleType, false).add("y", DataTypes.DoubleType, false), false);

    /** {@code label, index, score}, and the place: {@code box}, which encloses the {@code corners}. */
    static final ArrayType BOXES = DataTypes.createArrayType(placed(new StructType()
        .add("label", DataTypes.StringType, false).add("index", DataTypes.IntegerType, false)), false);

    private FoundColumns() { }

    private static StructType placed(StructType what) {
        return what.add("score", DataTypes.DoubleType, false).add("box", SIDES, false).add("corners", CORNERS, false);
    }

    /** The type of parts: where each is, and the columns of what the other model says of it. */
    static ArrayType parts(StructType answers) {
        var part = placed(new StructType());
        for (var answer : answers.fields()) {
            part = part.add(answer);
        }
        return DataTypes.createArrayType(part, false);
    }

    static Row reading(Reading reading) {
        return RowFactory.create(reading.text(), reading.score());
    }

    static Object boxes(List<Box> boxes) {
        return ArraySeq.unsafeWrapArray(boxes.stream().map(box -> RowFactory.create(box.label(), box.index(), box.score(),
            sides(box.corners()), corners(box.corners()))).toArray(Row[]::new));
    }

    static Object parts(List<Part> parts) {
        return ArraySeq.unsafeWrapArray(parts.stream().map(FoundColumns::part).toArray(Row[]::new));
    }

    private static Row part(Part part) {
        var place = part.box().corners();
        var values = new ArrayList<Object>(List.of(part.box().score(), sides(place), corners(place)));
        part.answers().values().forEach(answer -> values.add(OutputValues.of(answer, false)));
        return RowFactory.create(values.toArray());
    }

    private static Row sides(Quad place) {
        return RowFactory.create(place.left(), place.top(), place.right(), place.bottom());
    }

    private static Object corners(Quad place) {
        return ArraySeq.unsafeWrapArray(place.corners().stream()
            .map(corner -> RowFactory.create(corner.x(), corner.y())).toArray(Row[]::new));
    }
}
