package dev.gpux.spark;

import dev.gpux.gpuxfile.Suggestion;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Adds a model's outputs to each row. The {@linkplain dev.gpux.spark package} is the manual. Not thread-safe, as other
 * transformers.
 */
public final class GpuxTransformer extends Transformer implements DefaultParamsWritable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Param<String> model;
    private final IntParam batchSize;
    private final StringArrayParam inputColumns;
    private final StringArrayParam providers;
    private final Param<String> require;
    private final Param<String> outputSchema;
    private final Param<String> errorColumn;
    private transient Opened opened;

    /** A model that was opened, and for which parameters. */
    private record Opened(String model, String outputSchema, DriverModel driverModel) { }

    /** A transformer without a model. */
    public GpuxTransformer() {
        this(Identifiable$.MODULE$.randomUID("gpux"));
    }

    /** A transformer without a model, with the name that Spark ML knows it by. */
    public GpuxTransformer(String uid) {
        // Parameters ask for it as they are made.
        this.uid = uid;
        model = new Param<>(this, "model", "a GPUXfile, a folder with one, a model's file, or a name in the driver's store");
        batchSize = new IntParam(this, "batchSize", "the most rows in one run of the model",
            ParamValidators.inRange(1, 65_536));
        inputColumns = new StringArrayParam(this, "inputColumns",
            "input=column for inputs that do not read the column of their name");
        providers = new StringArrayParam(this, "providers",
            "execution providers of the executors in the order of preference; empty for what the GPUXfile says");
        require = new Param<>(this, "require", "gpu or a provider's name: fail rather than run elsewhere");
        outputSchema = new Param<>(this, "outputSchema",
            "the outputs' columns in DDL; empty to find out by a run on the driver");
        errorColumn = new Param<>(this, "errorColumn", "the column for rows' errors; empty to fail the job");
        set(batchSize, 32);
        set(inputColumns, new String[0]);
        set(providers, new String[0]);
        set(require, "");
        set(outputSchema, "");
        set(errorColumn, "");
    }

    /** What {@code Pipeline.load} calls. */
    public static MLReader<GpuxTransformer> read() {
        return new DefaultParamsReader<>();
    }

    @Override
    public String uid() {
        return uid;
    }

    /** The parameter of {@link #setModel}. */
    public Param<String> model() {
        return model;
    }

    /** The parameter of {@link #setBatchSize}. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** The parameter of {@link #setInputColumn}. */
    public StringArrayParam inputColumns() {
        return inputColumns;
    }

    /** The parameter of {@link #setProviders}. */
    public StringArrayParam providers() {
        return providers;
    }

    /** The parameter of {@link #setRequire}. */
    public Param<String> require() {
        return require;
    }

    /** The parameter of {@link #setOutputSchema}. */
    public Param<String> outputSchema() {
        return outputSchema;
    }

    /** The parameter of {@link #setErrorColumn}. */
    public Param<String> errorColumn() {
        return errorColumn;
    }

    /** The model: a GPUXfile, a folder with one, a model's file, or a name in the driver's store. */
    public GpuxTransformer setModel(String value) {
        set(model, value);
        return this;
    }

    /** The most rows in one run of the model, from 1 to 65,536; 32 if not set. */
    public GpuxTransformer setBatchSize(int value) {
        set(batchSize, value);
        return this;
    }

    /** Lets an input read a column of another name. */
    public GpuxTransformer setInputColumn(String input, String column) {
        var pairs = new ArrayList<>(List.of(getOrDefault(inputColumns)));
        pairs.removeIf(pair -> pair.startsWith(input + "="));
        pairs.add(input + "=" + column);
        set(inputColumns, pairs.toArray(String[]::new));
        return this;
    }

    /** The executors' execution providers in the order of preference, as with {@code gpux run -p}. */
    public GpuxTransformer setProviders(String... values) {
        set(providers, values.clone());
        return this;
    }

    /** The same for a list, as Python gives it. */
    public GpuxTransformer setProviders(List<String> values) {
        return setProviders(values.toArray(String[]::new));
    }

    /** {@code gpu} or a provider's name: an executor without it fails rather than runs elsewhere. */
    public GpuxTransformer setRequire(String value) {
        set(require, value);
        return this;
    }

    /** The columns of the outputs, in DDL: {@code "label string, score double"}. */
    public GpuxTransformer setOutputSchema(String ddl) {
        set(outputSchema, ddl);
        return this;
    }

    /** Where a row's error goes; such rows have {@code null} outputs. Not set, an error fails the job. */
    public GpuxTransformer setErrorColumn(String name) {
        set(errorColumn, name);
        return this;
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        var rows = dataset.toDF();
        var schema = transformSchema(rows.schema());
        var driver = driverModel();
        var settings = settings();
        var places = new HashMap<String, Integer>();
        for (var slot : driver.inputs()) {
            int place = List.of(rows.schema().fieldNames()).indexOf(settings.column(slot.name()));
            if (place >= 0) {
                places.put(slot.name(), place);
            }
        }
        var spark = rows.sparkSession();
        return rows.mapPartitions(new PartitionRun(driver.ship(spark), settings, Map.copyOf(places),
            List.of(driver.outputs().fieldNames()), Counters.of(spark.sparkContext())), Encoders.row(schema));
    }

    /**
     * Makes the model a function for SQL, of its inputs in their order, one row at a time. A model with one output gives
     * it, others a struct of them.
     *
     * @throws ModelUnusableException if the model cannot be used, or has no input or more than four
     */
    public void register(SparkSession spark, String name) {
        SqlFunction.register(spark, name, driverModel(), settings());
    }

    @Override
    public StructType transformSchema(StructType schema) {
        var driver = driverModel();
        var settings = settings();
        var columns = List.of(schema.fieldNames());
        // A default may stand in for a column, but not for all of them: every row would get the same answer.
        boolean reads = driver.inputs().stream().anyMatch(slot -> columns.contains(settings.column(slot.name())));
        for (var slot : driver.inputs()) {
            var column = settings.column(slot.name());
            int place = columns.indexOf(column);
            if (place >= 0) {
                InputColumn.problem(slot, schema.fields()[place].dataType()).ifPresent(expected -> {
                    throw new ModelUnusableException("the input '" + slot + "' reads the column '" + column + "', which is "
                        + schema.fields()[place].dataType().simpleString() + "; expected " + expected);
                });
            } else if (slot.initial().isEmpty() || !reads || settings.columns().containsKey(slot.name())) {
                var hint = Suggestion.hint(column, columns);
                throw new ModelUnusableException("the input '" + slot + "' reads the column '" + column
                    + "', which is not there; " + (hint.isEmpty() ? "there are " + String.join(", ", columns)
                    + "; setInputColumn(\"" + slot.name() + "\", …) names another" : hint));
            }
        }
        var result = schema;
        for (var field : driver.outputs().fields()) {
            result = result.add(free(columns, field.name()), field.dataType(), true);
        }
        var error = settings.errors();
        return error.isPresent() ? result.add(free(columns, error.get()), DataTypes.StringType, true) : result;
    }

    private static String free(List<String> columns, String name) {
        if (columns.contains(name)) {
            throw new ModelUnusableException("there is a column '" + name + "' already, which the model would add; rename "
                + "or drop it");
        }
        return name;
    }

    private RunSettings settings() {
        var columns = new HashMap<String, String>();
        for (var pair : getOrDefault(inputColumns)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new ModelUnusableException("inputColumns has '" + pair + "'; expected input=column");
            }
            columns.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        var names = driverModel().inputs().stream().map(slot -> slot.name()).toList();
        for (var input : columns.keySet()) {
            if (!names.contains(input)) {
                throw new ModelUnusableException("the model has no input '" + input + "'; it has "
                    + String.join(", ", names));
            }
        }
        return new RunSettings(columns, (int) getOrDefault(batchSize), Arrays.asList(getOrDefault(providers)),
            getOrDefault(require), getOrDefault(errorColumn));
    }

    private DriverModel driverModel() {
        if (!isDefined(model)) {
            throw new ModelUnusableException("no model is set; call setModel(\"…/GPUXfile\")");
        }
        var wanted = getOrDefault(model);
        var schema = getOrDefault(outputSchema);
        if (opened == null || !Objects.equals(opened.model(), wanted)
            || !Objects.equals(opened.outputSchema(), schema)) {
            opened = new Opened(wanted, schema, DriverModel.of(wanted, schema));
        }
        return opened.driverModel();
    }

    @Override
    public GpuxTransformer copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
