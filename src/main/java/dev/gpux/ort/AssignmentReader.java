package dev.gpux.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.gpux.ffi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@code Session_GetEpGraphAssignmentInfo} gives; all of it belongs to the session. */
final class AssignmentReader {
    static final int SINCE = 24;

    private final Api api;
    private final MemorySegment table;
    private final MemorySegment out;
    private final MemorySegment count;

    private AssignmentReader(Api api, Arena scratch) {
        this.api = api;
        this.table = api.table();
        this.out = scratch.allocate(ADDRESS);
        this.count = scratch.allocate(JAVA_LONG);
    }

    static List<NodeAssignment> read(Api api, MemorySegment session) {
        try (var scratch = Arena.ofConfined()) {
            return new AssignmentReader(api, scratch).read(session);
        }
    }

    private List<NodeAssignment> read(MemorySegment session) {
        api.check(OrtApi.Session_GetEpGraphAssignmentInfo.invoke(
            OrtApi.Session_GetEpGraphAssignmentInfo(table), session, out, count));
        var assignments = new ArrayList<NodeAssignment>();
        for (var subgraph : pointers()) {
            api.check(OrtApi.EpAssignedSubgraph_GetEpName.invoke(
                OrtApi.EpAssignedSubgraph_GetEpName(table), subgraph, out));
            var provider = Api.string(out.get(ADDRESS, 0));
            api.check(OrtApi.EpAssignedSubgraph_GetNodes.invoke(
                OrtApi.EpAssignedSubgraph_GetNodes(table), subgraph, out, count));
            assignments.add(new NodeAssignment(provider, pointers().stream().map(this::node).toList()));
        }
        return List.copyOf(assignments);
    }

    private List<MemorySegment> pointers() {
        long length = count.get(JAVA_LONG, 0);
        var array = out.get(ADDRESS, 0).reinterpret(length * ADDRESS.byteSize());
        var list = new ArrayList<MemorySegment>();
        for (long i = 0; i < length; i++) {
            list.add(array.getAtIndex(ADDRESS, i));
        }
        return list;
    }

    private NodeAssignment.Node node(MemorySegment node) {
        return new NodeAssignment.Node(
            text(OrtApi.EpAssignedNode_GetName.invoke(OrtApi.EpAssignedNode_GetName(table), node, out)),
            text(OrtApi.EpAssignedNode_GetDomain.invoke(OrtApi.EpAssignedNode_GetDomain(table), node, out)),
            text(OrtApi.EpAssignedNode_GetOperatorType.invoke(
                OrtApi.EpAssignedNode_GetOperatorType(table), node, out)));
    }

    private String text(MemorySegment status) {
        api.check(status);
        return Api.string(out.get(ADDRESS, 0));
    }
}
