package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@code Session_GetEpGraphAssignmentInfo} gives. All of it belongs to the session, which another thread may
 * close meanwhile: whatever ORT points to is tied to the session's arena, so that the FFM API refuses it afterwards.
 */
final class AssignmentReader {
    private final Api api;
    private final Arena arena;
    private final MemorySegment out;
    private final MemorySegment count;

    private AssignmentReader(Api api, Arena arena, Arena scratch) {
        this.api = api;
        this.arena = arena;
        this.out = scratch.allocate(ADDRESS);
        this.count = scratch.allocate(JAVA_LONG);
    }

    static List<NodeAssignment> read(Api api, Arena arena, MemorySegment session) {
        try (var scratch = Arena.ofConfined()) {
            return new AssignmentReader(api, arena, scratch).read(session);
        }
    }

    private List<NodeAssignment> read(MemorySegment session) {
        api.check(api.call(ApiFunction.SESSION_GET_EP_GRAPH_ASSIGNMENT_INFO, session, out, count));
        var assignments = new ArrayList<NodeAssignment>();
        for (var subgraph : pointers()) {
            api.check(api.call(ApiFunction.EP_ASSIGNED_SUBGRAPH_GET_EP_NAME, subgraph, out));
            var provider = text();
            api.check(api.call(ApiFunction.EP_ASSIGNED_SUBGRAPH_GET_NODES, subgraph, out, count));
            assignments.add(new NodeAssignment(provider, pointers().stream().map(this::node).toList()));
        }
        return List.copyOf(assignments);
    }

    private List<MemorySegment> pointers() {
        long length = Cells.number(count);
        var array = Cells.pointer(out).reinterpret(length * ADDRESS.byteSize(), arena, null);
        var list = new ArrayList<MemorySegment>();
        for (long i = 0; i < length; i++) {
            list.add(Cells.pointer(array, i).reinterpret(arena, null));
        }
        return list;
    }

    private NodeAssignment.Node node(MemorySegment node) {
        return new NodeAssignment.Node(
            text(api.call(ApiFunction.EP_ASSIGNED_NODE_GET_NAME, node, out)),
            text(api.call(ApiFunction.EP_ASSIGNED_NODE_GET_DOMAIN, node, out)),
            text(api.call(ApiFunction.EP_ASSIGNED_NODE_GET_OPERATOR_TYPE, node, out)));
    }

    private String text(MemorySegment status) {
        api.check(status);
        return text();
    }

    private String text() {
        return Cells.string(Cells.pointer(out).reinterpret(arena, null));
    }
}
