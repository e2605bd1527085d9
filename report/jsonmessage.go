package report

import "smtpscope/smtpparse"

func appendMessage(b []byte, m *smtpparse.Message, c *timekeeper) []byte {
	start := len(b)
	b = stringMember(b, `,"mail_from":`, m.MailFrom)
	b = optionalStrings(b, `,"params":`, m.Params)
	b = listMember(b, `,"rcpt_to":`, m.RcptTo, appendRecipient)
	b = stringMember(b, `,"transfer":`, m.Transfer)
	b = optionalInt(b, `,"chunks":`, m.Chunks)
	b = intMember(b, `,"bytes":`, m.Bytes)
	b = optionalInt(b, `,"missing_bytes":`, m.Missing)
	b = boolMember(b, `,"complete":`, m.Complete)
	b = stringMember(b, `,"status":`, m.Status)
	b = intMember(b, `,"reply_code":`, m.ReplyCode)
	b = optionalString(b, `,"enhanced_code":`, m.EnhancedCode)
	b = optionalString(b, `,"reply_text":`, m.ReplyText)
	b = intMember(b, `,"first_frame":`, m.FirstFrame)
	b = intMember(b, `,"last_frame":`, m.LastFrame)
	b = c.append(append(b, `,"time":`...), m.Time)
	b = boolMember(b, `,"tls":`, m.TLS)
	b = optionalString(b, `,"subject":`, m.Subject)
	b = optionalString(b, `,"from":`, m.From)
	b = optionalString(b, `,"to":`, m.To)
	b = optionalString(b, `,"message_id":`, m.MessageID)
	b = optionalString(b, `,"date":`, m.Date)
	b = optionalList(b, `,"attachments":`, m.Attachments, appendAttachment)
	return endObject(b, start)
}

func appendRecipient(b []byte, r *smtpparse.Recipient) []byte {
	start := len(b)
	b = stringMember(b, `,"address":`, r.Address)
	b = optionalStrings(b, `,"params":`, r.Params)
	b = intMember(b, `,"reply_code":`, r.ReplyCode)
	b = optionalString(b, `,"enhanced_code":`, r.EnhancedCode)
	b = optionalInt(b, `,"delivery_code":`, r.DeliveryCode)
	b = intMember(b, `,"frame":`, r.Frame)
	return endObject(b, start)
}

func appendAttachment(b []byte, a *smtpparse.Attachment) []byte {
	start := len(b)
	b = stringMember(b, `,"name":`, a.Name)
	b = stringMember(b, `,"type":`, a.Type)
	b = intMember(b, `,"bytes":`, a.Bytes)
	return endObject(b, start)
}
