package dev.gpux.spark;

import dev.gpux.engine.Model;
import dev.gpux.pipeline.Input;
import java.io.Serial;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.types.DataType;

/**
 * A model as a function of SQL, one row at a time.
 *
 * @param inputs the inputs' names in the order of the arguments
 * @param outputs the outputs' names
 */
record SqlFunction(Shipment shipment, RunSettings settings, List<String> inputs, List<String> outputs)
    implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    static void register(SparkSession spark, String name, DriverModel model, RunSettings settings) {
        var inputs = model.inputs().stream().map(slot -> slot.name()).toList();
        var outputs = List.of(model.outputs().fieldNames());
        var function = new SqlFunction(model.ship(spark), settings, inputs, outputs);
        DataType type = outputs.size() == 1 ? model.outputs().fields()[0].dataType() : model.outputs();
        switch (inputs.size()) {
            case 1 -> spark.udf().register(name, (UDF1<Object, Object>) function::call, type);
            case 2 -> spark.udf().register(name, (UDF2<Object, Object, Object>) function::call, type);
            case 3 -> spark.udf().register(name, (UDF3<Object, Object, Object, Object>) function::call, type);
            case 4 -> spark.udf().register(name, (UDF4<Object, Object, Object, Object, Object>) function::call, type);
            default -> throw new ModelUnusableException("a function has 1 to 4 arguments, and the model has "
                + inputs.size() + " inputs; use the transformer");
        }
    }

    private Object call(Object... arguments) {
        var model = ExecutorModels.get(shipment, settings);
        try (var arena = Arena.ofConfined()) {
            var item = new HashMap<String, Input>();
            for (int i = 0; i < inputs.size(); i++) {
                var column = new InputColumn(model.inputs().get(i), i);
                var value = arguments[i];
                column.read(arena, value).ifPresent(input -> item.put(column.slot().name(), input));
            }
            return value(model, arena, item);
        }
    }

    private Object value(Model model, Arena arena, HashMap<String, Input> item) {
        var answers = model.run(arena, item).outcomes().getFirst().answers();
        var values = new ArrayList<Object>();
        for (var output : outputs) {
            values.add(OutputValues.of(answers.get(output), OutputTypes.isRow(model, output)));
        }
        return values.size() == 1 ? values.getFirst() : RowFactory.create(values.toArray());
    }
}
