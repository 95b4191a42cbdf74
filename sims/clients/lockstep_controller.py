"""The controller of lockstep-controller.ts in Python, with opcua-asyncio (pip install asyncua).

    fedbatch serve sims/scenarios/ecoli-instruments --clock lockstep --insecure-lab
    FEDBATCH_PASSWORD=... python3 sims/clients/lockstep_controller.py opc.tcp://localhost:4840 NAME
"""

import asyncio
import math
import os
import sys

from asyncua import Client, ua

SETPOINTS = ["feed.rate.setpoint"]
OUTPUTS = ["clock.sim.time", "DO.probe.measured", "biomass.capacitance.measured", "recipe.run.state"]
STEP_S = 60.0
START_H, END_H = 9.0, 14.0


def feed_law():
    """An exponential feed that slows down while dissolved oxygen is short."""
    share = 1.0

    def law(time_h, oxygen):
        nonlocal share
        if time_h < START_H - 0.5 * STEP_S / 3600:
            return 0.0
        share = share * 0.9 if oxygen < 25 else min(1.0, share * 1.025)
        return min(0.5, share * 0.02 * math.exp(0.18 * (time_h - START_H)))

    return law


async def main(endpoint="opc.tcp://localhost:4840", user="admin"):
    client = Client(endpoint)
    client.set_user(user)
    client.set_password(os.environ.get("FEDBATCH_PASSWORD", ""))
    async with client:
        index = await client.get_namespace_index("urn:fedbatch:plants")
        clock = client.get_node(f"ns={index};s=Bioreactor1.Clock")
        mode = client.get_node(f"ns={index};s=Bioreactor1.feed.rate.mode")
        await mode.write_value(ua.DataValue(ua.Variant(1, ua.VariantType.UInt32)))

        async def call(name, *inputs):
            return await clock.call_method(f"{index}:{name}", *inputs)

        strings = [ua.Variant(tags, ua.VariantType.String, is_array=True) for tags in (SETPOINTS, OUTPUTS)]
        await call("Choose", *strings)
        law, feed = feed_law(), 0.0
        while True:
            values = ua.Variant([feed], ua.VariantType.Double, is_array=True)
            seen, _ = await call("Step", ua.Variant(STEP_S, ua.VariantType.Double), values)
            if seen[0] >= END_H - 1e-6:
                break
            feed = law(seen[0], seen[1])
        print(f"{seen[0]:.3f} h, biomass {seen[2]:.2f} g/L, dissolved oxygen {seen[1]:.1f} %")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
