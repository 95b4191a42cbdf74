"""Runs suite/cases.json with opcua-asyncio (asyncua), a client that shares nothing with our server's library.

    python3 suite/asyncua_suite.py opc.tcp://localhost:4840 USER PASSWORD [POLICY CERTIFICATE KEY]

The server is one of `fedbatch serve sims/scenarios/ecoli-instruments --clock lockstep --insecure-lab`, fresh from its start. Prints one
line a case; the exit code is 0 when every case passed.
"""

import asyncio
import json
import logging
import math
import sys
from datetime import datetime, timezone
from pathlib import Path

from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.crypto import security_policies
from asyncua.ua.ua_binary import struct_from_binary

# A subscription that ends leaves requests behind, which the library would report.
logging.disable(logging.WARNING)

CASES = Path(__file__).with_name("cases.json")


class Wrong(Exception):
    """What was found is not what was wanted."""


def same(found, wanted, what):
    if found != wanted:
        raise Wrong(f"{what} is {found!r}, and {wanted!r} was wanted")


def job_order(order):
    """A job order of the cases as the structure of OPC 10031-4."""
    value = ua.ISA95JobOrderDataType()
    value.JobOrderID = order["id"]
    master = ua.ISA95WorkMasterDataType()
    master.ID = order["recipe"]
    value.WorkMasterID = [master]
    value.Priority = order["priority"]
    value.JobOrderParameters = []
    for tag, kind, item in order["sets"]:
        parameter = ua.ISA95ParameterDataType()
        parameter.ID = tag
        parameter.Value = variant(kind, item)
        value.JobOrderParameters.append(parameter)
    return ua.Variant(value, ua.VariantType.ExtensionObject)


def variant(kind, value):
    if kind == "JobOrder":
        return job_order(value)
    if kind == "LocalizedText[]":
        return ua.Variant([ua.LocalizedText(text) for text in value], ua.VariantType.LocalizedText, is_array=True)
    if value == "NaN":
        value = math.nan
    if kind.endswith("[]"):
        return ua.Variant(list(value), getattr(ua.VariantType, kind[:-2]), is_array=True)
    if kind in ("Double", "Float"):
        value = float(value) if not isinstance(value, str) else value
    return ua.Variant(value, getattr(ua.VariantType, kind))


class Suite:
    def __init__(self, client, index):
        self.client = client
        self.index = index

    def node(self, name):
        if name == "":
            return self.client.nodes.objects
        if name == "Server":
            return self.client.nodes.server
        return self.client.get_node(f"ns={self.index};s={name}")

    async def run(self, steps):
        for step in steps:
            await getattr(self, step["do"])(step)

    async def invoke(self, method, inputs):
        request = ua.CallMethodRequest()
        request.ObjectId = self.node(method[: max(method.rfind("."), method.rfind("-"))]).nodeid
        request.MethodId = self.node(method).nodeid
        request.InputArguments = [variant(*item) for item in inputs]
        return (await self.client.uaclient.call([request]))[0]

    async def browse(self, step):
        names = [(await child.read_browse_name()).Name for child in await self.node(step["node"]).get_children()]
        same([name for name in step["has"] if name not in names], [], f"what is missing below {step['node']}")

    async def values(self, nodes):
        return [await self.node(name).read_data_value(raise_on_bad_status=False) for name in nodes]

    async def read(self, step):
        found = await self.values(step["nodes"])
        if "values" in step:
            same([value.Value.Value for value in found], step["values"], ", ".join(step["nodes"]))
        if "statuses" in step:
            same([value.StatusCode.name for value in found], step["statuses"], "the status")

    async def near(self, step):
        found = (await self.values([step["node"]]))[0].Value.Value
        if not abs(found - step["value"]) <= step["within"]:
            raise Wrong(f"{step['node']} is {found}, and {step['value']} was wanted")

    async def unit(self, step):
        node = self.node(step["node"])
        unit = await (await node.get_child("0:EngineeringUnits")).read_value()
        span = await (await node.get_child("0:EURange")).read_value()
        found = [unit.DisplayName.Text, unit.UnitId, span.Low, span.High]
        same(found, [step["unit"], step["code"], step["low"], step["high"]], "unit and range")

    async def write(self, step):
        value = ua.DataValue(variant(step["type"], step["value"]))
        status = "Good"
        try:
            await self.node(step["node"]).write_attribute(ua.AttributeIds.Value, value)
        except ua.UaStatusCodeError as error:
            status = ua.StatusCode(error.code).name
        same(status, step["status"], f"the answer to {step['value']} for {step['node']}")

    async def call(self, step):
        found = await self.invoke(step["method"], step["inputs"])
        same(found.StatusCode.name, step["status"], f"the answer of {step['method']}")
        if "outputs" in step:
            same([item.Value for item in found.OutputArguments], step["outputs"], f"what {step['method']} gave")

    async def subscribe(self, step):
        seen = []

        class Handler:
            def datachange_notification(self, _node, value, _data):
                seen.append(value)

        subscription = await self.client.create_subscription(50, Handler())
        await subscription.subscribe_data_change(self.node(step["node"]), queuesize=1000, sampling_interval=0)
        await until(lambda: seen)
        action = step["while"]
        for _ in range(action["times"]):
            await self.invoke(action["call"], action["inputs"])
        await until(lambda: len(seen) >= step["values"])
        await subscription.delete()
        same(seen, [seen[0] + i for i in range(step["values"])], f"what was pushed of {step['node']}")

    async def history(self, step):
        node = self.node(step["node"])
        start, end = datetime(1970, 1, 1, tzinfo=timezone.utc), datetime(2100, 1, 1, tzinfo=timezone.utc)
        pages = []
        for count in (1000, step["pages"]):
            found, point = [], None
            while True:
                details = ua.ReadRawModifiedDetails(IsReadModified=False, StartTime=start, EndTime=end, NumValuesPerNode=count)
                item = ua.HistoryReadValueId(NodeId=node.nodeid, ContinuationPoint=point)
                request = ua.HistoryReadParameters(
                    HistoryReadDetails=details,
                    TimestampsToReturn=ua.TimestampsToReturn.Both,
                    ReleaseContinuationPoints=False,
                    NodesToRead=[item],
                )
                result = (await self.client.uaclient.history_read(request))[0]
                if not result.StatusCode.is_good():
                    raise Wrong(f"a page of {count} values is {result.StatusCode.name}")
                found += [value.Value.Value for value in history_of(result.HistoryData).DataValues]
                point = result.ContinuationPoint
                if not point:
                    break
            pages.append(found)
        if len(pages[0]) < step["atLeast"]:
            raise Wrong(f"the history has {len(pages[0])} values")
        same(pages[1], pages[0], "what comes page by page")

    async def events(self, step):
        seen = []

        class Handler:
            def event_notification(self, event):
                seen.append(event.Message.Text)

        subscription = await self.client.create_subscription(50, Handler())
        await subscription.subscribe_events(self.node(step["node"]))
        await self.invoke(step["while"]["call"], step["while"]["inputs"])
        await until(lambda: any(step["message"] in text for text in seen))
        await subscription.delete()


    async def alarm(self, step):
        seen = []
        name = step["condition"].rsplit(".", 1)[1]

        class Handler:
            def event_notification(self, event):
                if getattr(event, "ConditionName", None) == name:
                    seen.append(event)

        def last(field):
            return getattr(seen[-1], field) if seen else None

        subscription = await self.client.create_subscription(50, Handler())
        await subscription.subscribe_alarms_and_conditions(self.node(step["node"]), ua.ObjectIds.AlarmConditionType)
        for method, inputs in step["raise"]:
            await self.invoke(method, inputs)
        await until(lambda: last("ActiveState/Id") is True)
        same(last("AckedState/Id"), False, f"whether {name} is acknowledged at first")
        request = ua.CallMethodRequest()
        request.ObjectId = self.node(step["condition"]).nodeid
        request.MethodId = ua.NodeId(ua.ObjectIds.AcknowledgeableConditionType_Acknowledge)
        comment = ua.Variant(ua.LocalizedText(step["comment"]), ua.VariantType.LocalizedText)
        request.InputArguments = [ua.Variant(last("EventId"), ua.VariantType.ByteString), comment]
        answer = (await self.client.uaclient.call([request]))[0]
        same(answer.StatusCode.name, "Good", f"the answer to the acknowledgement of {name}")
        for method, inputs in step["follow"]:
            await self.invoke(method, inputs)
        await until(lambda: last("AckedState/Id") is True)
        await subscription.delete()

    async def jobs(self, step):
        found = await self.node(step["node"]).read_value()
        states = {item.JobOrder.JobOrderID: item.State[0].StateText.Text for item in found or []}
        same(states, step["states"], "the list of job orders")

    async def jobResponse(self, step):
        response = (await self.invoke(step["method"], [["String", step["job"]]])).OutputArguments[0].Value
        same(response.JobState[0].StateText.Text, step["state"], f"what became of {step['job']}")
        same(response.EquipmentActuals[0].ID, step["equipment"], f"where {step['job']} ran")
        same(response.Description.Text.startswith(step["says"]), True, f"whether {step['job']} {step['says']}")

    async def eventHistory(self, step):
        start, end = datetime(1970, 1, 1, tzinfo=timezone.utc), datetime(2100, 1, 1, tzinfo=timezone.utc)
        message = ua.SimpleAttributeOperand(
            TypeDefinitionId=ua.NodeId(ua.ObjectIds.BaseEventType),
            BrowsePath=[ua.QualifiedName("Message")],
            AttributeId=ua.AttributeIds.Value,
        )
        found = []
        for first, last, count in ((start, end, 1000), (start, end, step["pages"]), (end, start, step["pages"])):
            words, point = [], None
            while True:
                details = ua.ReadEventDetails(
                    NumValuesPerNode=count, StartTime=first, EndTime=last, Filter=ua.EventFilter(SelectClauses=[message])
                )
                request = ua.HistoryReadParameters(
                    HistoryReadDetails=details,
                    TimestampsToReturn=ua.TimestampsToReturn.Both,
                    ReleaseContinuationPoints=False,
                    NodesToRead=[ua.HistoryReadValueId(NodeId=self.node(step["node"]).nodeid, ContinuationPoint=point)],
                )
                result = (await self.client.uaclient.history_read(request))[0]
                if not result.StatusCode.is_good():
                    raise Wrong(f"a page of {count} events is {result.StatusCode.name}")
                events = history_of(result.HistoryData, ua.HistoryEvent, "Events").Events
                words += [event.EventFields[0].Value.Text for event in events]
                point = result.ContinuationPoint
                if not point:
                    break
            found.append(words)
        if not any(step["has"] in words for words in found[0]):
            raise Wrong(f"the history does not tell of {step['has']}")
        same(found[1], found[0], "what comes page by page")
        same(found[2], found[0][::-1], "what comes from the end")


def history_of(data, kind=ua.HistoryData, field="DataValues"):
    """Older versions leave what an extension object holds to the caller."""
    if hasattr(data, field):
        return data
    return struct_from_binary(kind, Buffer(data.Body))


async def until(is_so):
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.005)
    raise Wrong("it did not come to be within 5 s")


async def main(endpoint, user, password, policy=None, certificate=None, key=None):
    client = Client(endpoint)
    client.application_uri = "urn:fedbatch:asyncua"
    client.set_user(user)
    client.set_password(password)
    if policy:
        kind = getattr(security_policies, f"SecurityPolicy{policy}")
        await client.set_security(kind, certificate, key, mode=ua.MessageSecurityMode.SignAndEncrypt)
    failed = 0
    async with client:
        index = await client.get_namespace_index("urn:fedbatch:plants")
        await client.load_data_type_definitions()
        suite = Suite(client, index)
        for case in json.loads(CASES.read_text())["cases"]:
            try:
                await suite.run(case["steps"])
                print(f"ok      {case['name']}")
            except (Wrong, ua.UaError) as error:
                failed += 1
                print(f"FAILED  {case['name']}: {error}")
    print(f"{len(json.loads(CASES.read_text())['cases']) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
