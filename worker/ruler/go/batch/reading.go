package batch

import (
	"encoding/json"

	"tekhne/ruler/front"
	"tekhne/ruler/wire"
)

// read asks the front process about one item. A trouble is what it died of: too long, or anything else.
func (z *Zone) read(item wire.Item, number int, legacy bool) (reply front.Reply, trouble wire.Verdict) {
	text, err := json.Marshal(item)
	if err != nil {
		return reply, wire.SandboxError
	}
	for attempt := 0; attempt < 2; attempt++ {
		if z.front == nil {
			if z.front, err = z.startHelper(z.Self, "tekhne-ruler", "front", z.Std, z.Language); err != nil {
				return reply, wire.SandboxError
			}
		}
		fresh := z.front.fresh
		reply = front.Reply{}
		if trouble = z.ask(z.front, front.Request{Item: text, Number: number, Legacy: legacy}, &reply); trouble == "" {
			return reply, ""
		}
		died := z.front
		z.front = nil
		if status := died.stop(); trouble != wire.TimeoutCompile && ownFault(status) {
			trouble = wire.SandboxError
		}
		// A reader that has read much may have died of what came before: only a fresh one's death counts.
		if fresh || trouble == wire.TimeoutCompile {
			break
		}
	}
	return front.Reply{}, trouble
}
